package dev.suffice.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The search for sensitive layers, where the layers' errors are known and add up. */
class SensitiveLayersTest {
    private final List<String> layers =
            IntStream.range(0, 100).mapToObj(i -> "layer " + i).toList();
    private final Map<String, Double> squares = new HashMap<>();
    private final List<Set<String>> trials = new ArrayList<>();

    private double error(Set<String> kept) {
        trials.add(kept);
        return Math.sqrt(layers.stream()
                .filter(layer -> !kept.contains(layer))
                .mapToDouble(layer -> squares.getOrDefault(layer, 1e-8))
                .sum());
    }

    private SensitiveLayers.Found find(double tolerance) throws IOException {
        return new SensitiveLayers(layers, tolerance, this::error).find((_, _) -> {});
    }

    @Test
    void nothingIsKeptWhereNothingHasToBe() throws IOException {
        var found = find(0.02);
        assertThat(found.layers()).isEmpty();
        assertThat(found.error()).isCloseTo(1e-3, within(1e-6));
        assertThat(trials).hasSizeLessThan(3);
    }

    @Test
    void thoseThatMatterAreFoundInFewTrials() throws IOException {
        squares.put("layer 7", 0.01);
        squares.put("layer 64", 0.02);
        squares.put("layer 99", 0.005);
        var found = find(0.02);
        assertThat(found.layers()).containsExactlyInAnyOrder("layer 7", "layer 64", "layer 99");
        assertThat(found.error()).isLessThan(0.02);
        assertThat(trials).hasSizeLessThan(60);
        assertThat(trials.getLast()).isEqualTo(found.layers());
    }

    @Test
    void noMoreAreKeptThanNeeded() throws IOException {
        squares.put("layer 7", 0.01);
        squares.put("layer 64", 1e-5);
        assertThat(find(0.02).layers()).containsExactly("layer 7");
    }

    @Test
    void whereAllMatterAllAreKept() throws IOException {
        layers.forEach(layer -> squares.put(layer, 0.01));
        var found = find(0.001);
        assertThat(found.layers()).hasSize(100);
        assertThat(found.error()).isZero();
        assertThat(trials).hasSizeLessThan(160);
    }
}
