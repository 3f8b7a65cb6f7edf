package dev.suffice.diffusion.scheduler;

import dev.suffice.core.InvalidRequestException;

/** Checks of a plan against a sampler. */
final class Requests {
    private Requests() {}

    /** A number of steps the model can take. */
    static int steps(SamplingPlan plan, int trainTimesteps) {
        int steps = plan.grid().steps();
        if (steps < 1 || steps > trainTimesteps) {
            throw new InvalidRequestException("steps %d: must be between 1 and %d (the model's training timesteps)"
                    .formatted(steps, trainTimesteps));
        }
        return steps;
    }

    /** For samplers that can only be told a number of steps. */
    static int stepsOnly(SamplingPlan plan, String className, int trainTimesteps) {
        noTimesteps(plan, className);
        noSigmas(plan, className);
        return steps(plan, trainTimesteps);
    }

    static void noTimesteps(SamplingPlan plan, String className) {
        if (plan.grid().timesteps().isPresent()) {
            throw new InvalidRequestException(className + ": cannot take custom timesteps, only a number of steps; "
                    + "ddpm, lcm, euler, heun, dpm++2m, dpm++2s and flow-euler can");
        }
    }

    static void noSigmas(SamplingPlan plan, String className) {
        if (plan.grid().sigmas().isPresent()) {
            throw new InvalidRequestException(className + ": cannot take custom sigmas; euler and flow-euler can, "
                    + "and unipc with use_flow_sigmas");
        }
    }

    /** Custom timesteps fix the noise levels, so that they cannot be spaced anew. */
    static void noSpacing(SamplingPlan plan, boolean spaced, String className) {
        if (spaced && plan.grid().timesteps().isPresent()) {
            throw new InvalidRequestException(className
                    + ": custom timesteps do not go with use_karras_sigmas, use_exponential_sigmas, use_beta_sigmas or "
                    + "use_lu_lambdas; set that to false");
        }
    }

    /** Custom whole timesteps within the training range, strictly descending. */
    static double[] wholeTimesteps(double[] timesteps, int trainTimesteps) {
        var whole = descendingTimesteps(timesteps, trainTimesteps);
        for (double t : whole) {
            if (t != Math.rint(t)) {
                throw new InvalidRequestException("timestep %s: must be a whole number for this sampler".formatted(t));
            }
        }
        return whole;
    }

    /** Custom timesteps within the training range, strictly descending. */
    static double[] descendingTimesteps(double[] timesteps, int trainTimesteps) {
        for (int i = 0; i < timesteps.length; i++) {
            if (timesteps[i] < 0 || timesteps[i] > trainTimesteps - 1) {
                throw new InvalidRequestException(
                        "timestep %s: must be between 0 and %d (the model's training timesteps)"
                                .formatted(timesteps[i], trainTimesteps - 1));
            }
            if (i > 0 && timesteps[i] >= timesteps[i - 1]) {
                throw new InvalidRequestException(
                        "timesteps %s, %s: must descend".formatted(timesteps[i - 1], timesteps[i]));
            }
        }
        return timesteps.clone();
    }
}
