package dev.suffice.diffusion.scheduler;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;
import java.util.Optional;

/**
 * What the exponential integrators (DPM-Solver, UniPC, DEIS) share: noise levels spaced over the training schedule or over a
 * straight flow path, and timesteps that are whole.
 */
final class SolverSchedule {
    private final SchedulerConfig config;
    private final NoiseSchedule schedule;
    private final SigmaTable table;
    private final Optional<SigmaSpacing> sigmaSpacing;
    private final boolean flow;
    private final boolean dynamicShift;
    private final double flowShift;

    /** Noise levels in double precision, without the final one, and the timesteps that belong to them. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Levels(double[] sigmas, double[] timesteps) {
        /** Single-precision levels with the final one. */
        float[] endingAt(float last) {
            return Grids.append(Grids.toFloats(sigmas), last);
        }

        Levels whole() {
            return new Levels(sigmas, Grids.rounded(timesteps));
        }

        double[] truncatedTimesteps() {
            return Grids.truncated(timesteps);
        }
    }

    SolverSchedule(SchedulerConfig config, TerminalSnr terminal) {
        this.config = config;
        schedule = NoiseSchedule.of(config, Defaults.DDPM, terminal);
        table = new SigmaTable(schedule);
        sigmaSpacing = SigmaSpacing.of(config);
        flow = config.flag("use_flow_sigmas", false);
        dynamicShift = config.flag("use_dynamic_shifting", false);
        flowShift = config.positive("flow_shift", 1);
    }

    int trainTimesteps() {
        return schedule.trainTimesteps();
    }

    NoiseSchedule schedule() {
        return schedule;
    }

    SigmaTable table() {
        return table;
    }

    Optional<SigmaSpacing> sigmaSpacing() {
        return sigmaSpacing;
    }

    boolean spacedBy(Class<? extends SigmaSpacing> kind) {
        return sigmaSpacing.filter(kind::isInstance).isPresent();
    }

    boolean flow() {
        return flow;
    }

    /** The signal and noise of a level of this schedule. */
    NoisePoint point(float level) {
        return flow ? NoisePoint.straight(level) : NoisePoint.preserving(level);
    }

    /** Levels of the training schedule as the sigma spacing spreads them. */
    Levels spaced(SigmaSpacing spacing, int steps) {
        var sigmas = spacing.levels(config, table.largest(), table.smallest(), steps);
        return new Levels(sigmas, table.timestepsOf(sigmas));
    }

    /** Levels at whole timesteps. */
    Levels at(double[] timesteps) {
        return new Levels(table.at(timesteps), timesteps);
    }

    /** Levels of a straight path, shifted towards noise for larger images. */
    Levels flowLevels(SamplingPlan plan, int steps) {
        double shift = shift(plan);
        var alphas = Grids.linspace(1, 1.0 / trainTimesteps(), steps + 1);
        var sigmas = new double[steps];
        var timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            double sigma = 1 - alphas[steps - i];
            sigmas[i] = shift * sigma / (1 + (shift - 1) * sigma);
            timesteps[i] = sigmas[i] * trainTimesteps();
        }
        return new Levels(sigmas, timesteps);
    }

    private double shift(SamplingPlan plan) {
        if (plan.mu().isPresent() && !dynamicShift) {
            throw new InvalidRequestException("mu %s: only with use_dynamic_shifting in the scheduler config"
                    .formatted(plan.mu().getAsDouble()));
        }
        return plan.mu().isPresent() ? Math.exp(plan.mu().getAsDouble()) : flowShift;
    }

    /** The level a run ends at. */
    float finalSigma() {
        return switch (config.word("final_sigmas_type", "zero", "zero", "sigma_min")) {
            case "sigma_min" -> table.smallest();
            default -> 0;
        };
    }
}
