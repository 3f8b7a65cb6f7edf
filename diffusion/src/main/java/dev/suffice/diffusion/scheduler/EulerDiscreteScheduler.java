package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.sqrt;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.ExplodingSchedule.Levels;
import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;

/** Euler steps on the probability flow ODE, with optional churn (Karras et al. 2022, algorithm 2 without its correction). */
final class EulerDiscreteScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "EulerDiscreteScheduler";
    private static final double MAX_CHURN = Math.sqrt(2) - 1;

    private final ExplodingSchedule schedule;
    private final Prediction prediction;
    private final boolean logLinear;
    private final boolean continuous;
    private final float finalSigma;

    EulerDiscreteScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = ExplodingSchedule.of(config, Defaults.DDPM, TerminalSnr.NEARLY_ZERO, true);
        prediction = Prediction.of(config);
        logLinear = config.word("interpolation_type", "linear", "linear", "log_linear")
                .equals("log_linear");
        continuous = config.word("timestep_type", "discrete", "discrete", "continuous")
                        .equals("continuous")
                && prediction == Prediction.V_PREDICTION;
        finalSigma = schedule.finalSigma();
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        if (continuous && plan.grid().timesteps().isPresent()) {
            throw new InvalidRequestException(
                    CLASS_NAME + ": custom timesteps do not go with timestep_type continuous; pass sigmas");
        }
        return plan.grid().sigmas().isPresent()
                ? atSigmas(plan, plan.grid().sigmas().get())
                : atTimesteps(plan);
    }

    private Sampling atTimesteps(SamplingPlan plan) {
        var levels = logLinear ? logLinearLevels(plan) : schedule.levels(plan, CLASS_NAME);
        var sigmas = Grids.append(Grids.toFloats(levels.sigmas()), finalSigma);
        return run(plan, sigmas, levels.timesteps());
    }

    /** The list has the final level too, so that there is one step less. */
    private Sampling atSigmas(SamplingPlan plan, double[] sigmas) {
        if (plan.grid().timesteps().isPresent() || sigmas.length < 2) {
            throw new InvalidRequestException(
                    CLASS_NAME
                            + ": custom sigmas are at least two, the last one being where the run ends, and go without timesteps");
        }
        for (int i = 0; i < sigmas.length; i++) {
            if (sigmas[i] < 0 || (i < sigmas.length - 1 && sigmas[i] == 0)) {
                throw new InvalidRequestException("sigma %s: must be above 0 (the last may be 0)".formatted(sigmas[i]));
            }
        }
        var rounded = Grids.rounded32(sigmas);
        var timesteps = schedule.table().timestepsOf(java.util.Arrays.copyOf(rounded, rounded.length - 1));
        return run(plan, Grids.toFloats(rounded), timesteps);
    }

    /** Levels evenly spread in log sigma, whatever the timesteps; one more than there are steps. */
    private Levels logLinearLevels(SamplingPlan plan) {
        int steps = Requests.steps(plan, trainTimesteps());
        Requests.noSpacing(plan, schedule.sigmaSpacing().isPresent(), CLASS_NAME);
        var sigmas =
                Grids.linspace32(schedule.table().largestLog(), schedule.table().smallestLog(), steps + 1);
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = Float32.exp(sigmas[i]);
        }
        return schedule.spaced(Grids.toDoubles(sigmas), schedule.timesteps(plan, steps), steps);
    }

    private Run run(SamplingPlan plan, float[] sigmas, double[] timesteps) {
        var told = new double[timesteps.length];
        for (int i = 0; i < told.length; i++) {
            told[i] = continuous ? 0.25f * Float32.log(sigmas[i]) : (float) timesteps[i];
        }
        return new Run(plan, sigmas, told);
    }

    private final class Run extends ExplodingSampling {
        private final SamplingPlan.StepOptions options;

        Run(SamplingPlan plan, float[] levels, double[] timesteps) {
            super(plan, schedule, levels, timesteps, timesteps.length, 1);
            options = plan.options();
        }

        @Override
        Prediction prediction() {
            return prediction;
        }

        @Override
        float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
            float sigma = level(i);
            float churn = churn(sigma);
            float raised = sigma * (churn + 1);
            var noisy = sample;
            if (churn > 0) {
                float added = sqrt(raised * raised - sigma * sigma) * (float) options.churnNoise();
                noisy = Latents.plus(sample, added, draw(source, sample.length));
            }
            var clean = prediction == Prediction.V_PREDICTION
                    ? prediction.cleanOfExploding(output, noisy, sigma)
                    : prediction.cleanOfExploding(output, noisy, raised);
            keepClean(clean);
            var derivative = Latents.slope(noisy, clean, raised);
            return Latents.plus(noisy, level(i + 1) - raised, derivative);
        }

        private float churn(float sigma) {
            boolean within = options.churnMin() <= sigma && sigma <= options.churnMax();
            return within ? (float) Math.min(options.churn() / (levels().length - 1), MAX_CHURN) : 0;
        }
    }
}
