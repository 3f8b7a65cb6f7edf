package dev.suffice.diffusion.scheduler;

import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;
import java.util.Optional;

/**
 * What samplers in the variance-exploding form x = x0 + sigma noise share (Karras et al. 2022): which noise levels a run goes
 * through, at which timesteps the model is told to be, and how large the first sample is.
 *
 * @param config of the sampler
 * @param schedule that the model was trained on
 * @param table of the training noise levels
 * @param spacing of the timesteps
 * @param offset added to leading timesteps
 * @param sigmaSpacing replaces the levels that the timesteps have
 */
record ExplodingSchedule(
        SchedulerConfig config,
        NoiseSchedule schedule,
        SigmaTable table,
        TimestepSpacing spacing,
        int offset,
        Optional<SigmaSpacing> sigmaSpacing) {

    /**
     * The levels of a run.
     *
     * @param sigmas one for each step, without the final one
     * @param timesteps as many
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Levels(double[] sigmas, double[] timesteps) {}

    static ExplodingSchedule of(SchedulerConfig config, Defaults defaults, TerminalSnr terminal, boolean spaced) {
        var schedule = NoiseSchedule.of(config, defaults, terminal);
        return new ExplodingSchedule(
                config,
                schedule,
                new SigmaTable(schedule),
                TimestepSpacing.of(config, TimestepSpacing.LINSPACE),
                config.integer("steps_offset", 0, 0, schedule.trainTimesteps()),
                spaced ? SigmaSpacing.of(config) : Optional.empty());
    }

    int trainTimesteps() {
        return schedule.trainTimesteps();
    }

    /** Levels for a number of steps, or for custom timesteps. */
    Levels levels(SamplingPlan plan, String className) {
        int steps = Requests.steps(plan, trainTimesteps());
        Requests.noSpacing(plan, sigmaSpacing.isPresent(), className);
        var timesteps = timesteps(plan, steps);
        return spaced(table.at(timesteps), timesteps, steps);
    }

    double[] timesteps(SamplingPlan plan, int steps) {
        return Grids.rounded32(plan.grid()
                .timesteps()
                .map(custom -> Requests.descendingTimesteps(custom, trainTimesteps()))
                .orElseGet(() -> spacing.points(trainTimesteps(), steps, offset)));
    }

    /** The levels as the sigma spacing moves them. */
    Levels spaced(double[] sigmas, double[] timesteps, int steps) {
        if (sigmaSpacing.isEmpty()) {
            return new Levels(sigmas, timesteps);
        }
        var levels = sigmaSpacing.get().levels(config, sigmas[0], sigmas[sigmas.length - 1], steps);
        return new Levels(levels, table.timestepsOf(levels));
    }

    /** Standard deviation of the first sample of a run with this largest level. */
    float initNoiseSigma(float largest) {
        return spacing == TimestepSpacing.LEADING ? Float32.sqrt(largest * largest + 1) : largest;
    }

    /** The level at the end of a run, 0 unless the config says otherwise. */
    float finalSigma() {
        return switch (config.word("final_sigmas_type", "zero", "zero", "sigma_min")) {
            case "sigma_min" -> table.smallest();
            default -> 0;
        };
    }
}
