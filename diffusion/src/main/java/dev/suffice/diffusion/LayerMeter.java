package dev.suffice.diffusion;

import dev.suffice.engine.Session;
import dev.suffice.engine.Tensor;
import dev.suffice.models.ModelException;
import dev.suffice.models.family.LayerRanges;
import dev.suffice.models.family.ProbedNetwork;
import dev.suffice.models.quantise.InputHistogram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What was seen around the layers of a network while pictures were made, and some of its runs. Thread-safe. */
final class LayerMeter implements AutoCloseable {
    /** Of the elements of a value so many are looked at in each run. */
    private static final int MOST_ELEMENTS = 1 << 15;

    private final Map<String, Seen> layers = new LinkedHashMap<>();
    private final List<Run> runs = new ArrayList<>();
    private final String output;
    private final int everyRun;
    private long run;

    /**
     * Of a network.
     *
     * @param output the name of its own output
     * @param everyRun how many of its runs are seen for one that is kept
     */
    LayerMeter(String output, int everyRun) {
        this.output = output;
        this.everyRun = everyRun;
    }

    /** Around a layer. */
    private record Seen(InputHistogram read, Optional<InputHistogram> made) {
        static Seen of(ProbedNetwork.Outputs outputs) {
            return new Seen(new InputHistogram(), outputs.made().map(_ -> new InputHistogram()));
        }
    }

    /** A run that is kept: copies of its inputs, and what came of it. */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    private record Run(Map<String, Tensor> inputs, float[] output) {}

    /** Adds a run. */
    synchronized void add(
            SequencedMap<String, ProbedNetwork.Outputs> names, Map<String, Tensor> inputs, Map<String, Tensor> made) {
        names.forEach((path, outputs) -> {
            var seen = layers.computeIfAbsent(path, _ -> Seen.of(outputs));
            add(path, seen.read(), made.get(outputs.read()));
            outputs.made().ifPresent(name -> add(path, seen.made().orElseThrow(), made.get(name)));
        });
        if (run % everyRun == 0) {
            var copies = new LinkedHashMap<String, Tensor>();
            inputs.forEach((name, tensor) -> copies.put(name, copy(tensor)));
            runs.add(new Run(copies, Objects.requireNonNull(made.get(output)).toFloatArray()));
        }
        run++;
    }

    private static void add(String path, InputHistogram histogram, @Nullable Tensor tensor) {
        var values = Objects.requireNonNull(tensor, path).toFloatArray();
        int stride = values.length / MOST_ELEMENTS | 1; // odd, so that no column is left out
        int count = 0;
        for (int i = 0; i < values.length; i += stride) {
            values[count] = values[i];
            count++;
        }
        try {
            histogram.add(values, 0, count);
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    "what is computed around layer %s: %s; the weights are damaged".formatted(path, e.getMessage()), e);
        }
    }

    private static Tensor copy(Tensor tensor) {
        var copy = Tensor.allocate(tensor.type(), tensor.shape());
        copy.data().copyFrom(tensor.data());
        return copy;
    }

    /** The layers, in the order in which they are computed. */
    synchronized List<String> layers() {
        return List.copyOf(layers.keySet());
    }

    /** What the values around a layer are best quantised to. */
    synchronized LayerRanges ranges(String path) {
        var seen = Objects.requireNonNull(layers.get(path), path);
        return new LayerRanges(seen.read().best(), seen.made().map(InputHistogram::best));
    }

    /** The root mean squared difference of another network's outputs in the runs that were kept, in units of their root mean square. */
    synchronized double error(Session other) {
        double differences = 0;
        double squares = 0;
        for (var one : runs) {
            var made = other.run(one.inputs(), List.of(output));
            var values = Objects.requireNonNull(made.get(output)).toFloatArray();
            made.values().forEach(Tensor::close);
            for (int i = 0; i < values.length; i++) {
                double away = values[i] - one.output()[i];
                differences += away * away;
                squares += (double) one.output()[i] * one.output()[i];
            }
        }
        return Math.sqrt(differences / squares);
    }

    @Override
    public synchronized void close() {
        runs.forEach(one -> one.inputs().values().forEach(Tensor::close));
        runs.clear();
    }
}
