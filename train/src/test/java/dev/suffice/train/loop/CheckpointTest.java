package dev.suffice.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.Init;
import dev.suffice.train.nn.Parameters;
import dev.suffice.train.nn.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointTest {
    @TempDir
    private Path folder;

    private static Parameters parameters(long seed, String first, String second) {
        var parameters = new Parameters();
        parameters.declare(first, Init.UNIFORM, 2, 2, 3);
        parameters.declare(second, Init.UNIFORM, 3, 3, 2);
        parameters.allocate(seed, Precision.FLOAT32);
        return parameters;
    }

    private static AdamW optimiser(Parameters parameters) {
        return new AdamW(parameters, 0.9, 0.99, 0, 1, 0.5);
    }

    @Test
    void comesBackAsItWas() throws IOException {
        var checkpoint = new Checkpoint(folder.resolve("a.checkpoint"));
        try (var saved = parameters(1, "a", "b");
                var saving = optimiser(saved);
                var read = parameters(2, "a", "b");
                var reading = optimiser(read)) {
            checkpoint.save(saved, saving, Map.of("seen", "12"));
            assertThat(checkpoint.load(read, reading)).containsEntry("seen", "12");
            assertThat(Checkpoint.values(read.master())).isEqualTo(Checkpoint.values(saved.master()));
        }
    }

    @Test
    void ofAnotherNetworkIsRefusedEvenIfItHasAsManyValues() throws IOException {
        var checkpoint = new Checkpoint(folder.resolve("a.checkpoint"));
        try (var saved = parameters(1, "a", "b");
                var saving = optimiser(saved);
                var other = parameters(2, "b", "a");
                var reading = optimiser(other)) {
            checkpoint.save(saved, saving, Map.of());
            var before = Checkpoint.values(other.master());
            assertThatThrownBy(() -> checkpoint.load(other, reading))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "%s: the checkpoint belongs to another configuration of the network; move it away to begin anew",
                            checkpoint.file());
            assertThatThrownBy(() -> checkpoint.loadAverage(other)).hasMessageContaining("another configuration");
            assertThat(Checkpoint.values(other.master())).isEqualTo(before);
        }
    }
}
