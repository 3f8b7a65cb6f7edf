package dev.suffice.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays recorded runs: every file in the folder named by {@code suffice.goldens.schedulers}, by default the module's own.
 * The model's answers and the noise come from the recording, the samples are the sampler's own from start to end.
 */
class SchedulerGoldenTest {
    /** Relative to the largest magnitude of the trajectory. */
    static final double TOLERANCE = 1e-4;

    static List<RecordedRun> runs() {
        return RecordedRun.all();
    }

    @Test
    void thereAreRuns() {
        assertThat(runs()).isNotEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void trajectoryIsTheRecordedOne(RecordedRun run) {
        var error = ReplayError.of(run);
        assertThat(error.missingNoise())
                .as("draws of noise that were recorded but not asked for")
                .isZero();
        assertThat(error.timesteps()).as("timesteps, relative to the largest").isLessThan(TOLERANCE);
        assertThat(error.sigmas()).as("sigmas, relative to the largest").isLessThan(TOLERANCE);
        assertThat(error.initNoiseSigma()).as("first sigma, relative").isLessThan(TOLERANCE);
        assertThat(error.modelInputs())
                .as("model inputs, relative to the largest")
                .isLessThan(TOLERANCE);
        assertThat(error.samples())
                .as("samples, relative to the scale of the trajectory")
                .isLessThan(TOLERANCE);
        assertThat(error.cleans())
                .as("predicted clean images, relative to the scale of the trajectory")
                .isLessThan(TOLERANCE);
    }
}
