package dev.suffice.diffusion.scheduler;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.noise.NoiseSource;
import java.util.Optional;

/**
 * Euler steps along the straight path x = (1 - sigma) x0 + sigma noise, for models that predict the velocity (Lipman et al.
 * 2023, "Flow Matching for Generative Modeling"; Esser et al. 2024).
 */
final class FlowMatchEulerDiscreteScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "FlowMatchEulerDiscreteScheduler";

    private final FlowShift shift;
    private final Optional<SigmaSpacing> sigmaSpacing;
    private final boolean inverted;
    private final boolean stochastic;
    private final float largest;
    private final float smallest;

    FlowMatchEulerDiscreteScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        shift = FlowShift.of(config, "shift");
        sigmaSpacing = SigmaSpacing.of(config);
        inverted = config.flag("invert_sigmas", false);
        stochastic = config.flag("stochastic_sampling", false);
        largest = trainingSigma(trainTimesteps());
        smallest = trainingSigma(1);
    }

    /** Training levels carry the fixed shift already; a run's levels, taken between them, get it once more. */
    private float trainingSigma(int timestep) {
        float sigma = (float) timestep / trainTimesteps();
        float fixed = (float) shift.fixed();
        return shift.dynamic() ? sigma : fixed * sigma / (1 + (float) (shift.fixed() - 1) * sigma);
    }

    @Override
    public boolean stochastic() {
        return stochastic;
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        int steps = Requests.steps(plan, trainTimesteps());
        var sigmas = unshifted(plan, steps);
        for (double sigma : sigmas) {
            if (!(sigma > 0 && sigma <= 1)) {
                throw new InvalidRequestException(
                        "sigma %s: must be above 0 and at most 1 on a flow path".formatted(sigma));
            }
        }
        shift.apply(sigmas, plan, CLASS_NAME);
        if (sigmaSpacing.isPresent()) {
            sigmas = sigmaSpacing.get().levels(config(), sigmas[0], sigmas[steps - 1], steps);
        }
        var levels = Grids.toFloats(sigmas);
        if (inverted) {
            for (int i = 0; i < steps; i++) {
                levels[i] = 1 - levels[i];
            }
        }
        boolean given = plan.grid().timesteps().isPresent() && !inverted;
        var timesteps = given ? Grids.rounded32(plan.grid().timesteps().get()) : timestepsOf(levels);
        return new Run(plan, Grids.append(levels, inverted ? 1 : 0), timesteps);
    }

    private double[] unshifted(SamplingPlan plan, int steps) {
        if (plan.grid().sigmas().isPresent()) {
            return Grids.rounded32(plan.grid().sigmas().get());
        }
        var timesteps = plan.grid()
                .timesteps()
                .map(Grids::rounded32)
                .orElseGet(() -> Grids.linspace(
                        (double) largest * trainTimesteps(), (double) smallest * trainTimesteps(), steps));
        for (int i = 0; i < steps; i++) {
            timesteps[i] /= trainTimesteps();
        }
        return timesteps;
    }

    private double[] timestepsOf(float[] levels) {
        var timesteps = new double[levels.length];
        for (int i = 0; i < timesteps.length; i++) {
            timesteps[i] = levels[i] * trainTimesteps();
        }
        return timesteps;
    }

    private final class Run extends StepwiseSampling {
        private final float[] levels;

        Run(SamplingPlan plan, float[] levels, double[] timesteps) {
            super(plan, timesteps, timesteps.length, 1);
            this.levels = levels;
        }

        /** Flow pipelines keep the step that the strength falls into. */
        @Override
        int stepsKept(double strength, int steps) {
            return steps - (int) (steps - Math.min(steps * strength, steps));
        }

        @Override
        Prediction prediction() {
            return Prediction.FLOW_PREDICTION;
        }

        @Override
        float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
            float sigma = levels[i];
            float next = levels[i + 1];
            var clean = Prediction.FLOW_PREDICTION.clean(output, sample, 1 - sigma, sigma);
            keepClean(clean);
            return stochastic
                    ? Latents.sum(1 - next, clean, next, draw(source, sample.length))
                    : Latents.plus(sample, next - sigma, output);
        }

        @Override
        float[] allSigmas() {
            return levels;
        }

        @Override
        float signalAt(int i) {
            return 1 - levels[i];
        }

        @Override
        float noiseAt(int i) {
            return levels[i];
        }
    }
}
