package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.exp;
import static dev.suffice.diffusion.scheduler.Float32.sqrt;

import dev.suffice.core.SufficeException;
import java.util.Optional;

/**
 * The update of the DPM-Solver family over one interval of lambda, from Taylor coefficients of the model's output: Lu et al.
 * 2022, "DPM-Solver" (noise prediction) and "DPM-Solver++" (data prediction), and their stochastic counterparts.
 *
 * @param algorithm which of the four
 * @param heun how a second-order update weighs the first difference; midpoint unless true
 */
record DpmSolver(Algorithm algorithm, boolean heun) {
    enum Algorithm {
        DPMSOLVER("dpmsolver"),
        DPMSOLVER_PP("dpmsolver++"),
        SDE_DPMSOLVER("sde-dpmsolver"),
        SDE_DPMSOLVER_PP("sde-dpmsolver++");

        private final String word;

        Algorithm(String word) {
            this.word = word;
        }

        /** Whether it integrates the predicted clean image, not the predicted noise. */
        boolean predictsClean() {
            return this == DPMSOLVER_PP || this == SDE_DPMSOLVER_PP;
        }

        boolean stochastic() {
            return this == SDE_DPMSOLVER || this == SDE_DPMSOLVER_PP;
        }
    }

    /**
     * Derivatives of the model's output along the step: value, slope, curvature.
     *
     * @param d0 the output
     * @param d1 present for order 2 and up
     * @param d2 present for order 3
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Taylor(float[] d0, Optional<float[]> d1, Optional<float[]> d2) {
        static Taylor first(float[] d0) {
            return new Taylor(d0, Optional.empty(), Optional.empty());
        }

        static Taylor second(float[] d0, float[] d1) {
            return new Taylor(d0, Optional.of(d1), Optional.empty());
        }

        static Taylor third(float[] d0, float[] d1, float[] d2) {
            return new Taylor(d0, Optional.of(d1), Optional.of(d2));
        }
    }

    /** Reads algorithm_type and solver_type; words of related samplers are taken as the nearest of this one. */
    static DpmSolver of(SchedulerConfig config) {
        var algorithm = config.word(
                "algorithm_type",
                "dpmsolver++",
                "dpmsolver",
                "dpmsolver++",
                "sde-dpmsolver",
                "sde-dpmsolver++",
                "deis");
        var type = config.word("solver_type", "midpoint", "midpoint", "heun", "logrho", "bh1", "bh2");
        var found = Algorithm.DPMSOLVER_PP;
        for (var candidate : Algorithm.values()) {
            if (candidate.word.equals(algorithm)) {
                found = candidate;
            }
        }
        boolean endsAtZero =
                config.word("final_sigmas_type", "zero", "zero", "sigma_min").equals("zero");
        if (!found.predictsClean() && endsAtZero) {
            throw new SufficeException(
                    "scheduler setting final_sigmas_type \"zero\": does not go with algorithm_type %s, "
                                    .formatted(found.word)
                            + "whose last step would divide by zero; set it to sigma_min");
        }
        return new DpmSolver(found, type.equals("heun"));
    }

    /** Whether the model appends a variance to its prediction, which these samplers leave aside. */
    static boolean learnsVariance(SchedulerConfig config) {
        return config.word(
                        "variance_type",
                        "none",
                        "fixed_small",
                        "fixed_small_log",
                        "fixed_large",
                        "fixed_large_log",
                        "learned",
                        "learned_range")
                .startsWith("learned");
    }

    /**
     * Integrates from one noise level to another.
     *
     * @param from noise level of the sample
     * @param to noise level of the result
     * @param heunSecond how an update of order 2 weighs the slope
     */
    float[] update(NoisePoint from, NoisePoint to, float[] sample, Taylor taylor, boolean heunSecond, float[] noise) {
        float h = to.lambda() - from.lambda();
        var weights = weights(from, to, h, heunSecond || taylor.d2.isPresent());
        var next = new float[sample.length];
        var d0 = taylor.d0;
        for (int i = 0; i < next.length; i++) {
            next[i] = weights.sample * sample[i] + weights.d0 * d0[i];
        }
        addScaled(next, weights.d1, taylor.d1);
        addScaled(next, weights.d2, taylor.d2);
        if (algorithm.stochastic()) {
            addScaled(next, weights.noise, Optional.of(noise));
        }
        return next;
    }

    private record Weights(float sample, float d0, float d1, float d2, float noise) {}

    private Weights weights(NoisePoint from, NoisePoint to, float h, boolean exact) {
        return switch (algorithm) {
            case DPMSOLVER_PP -> {
                float phi = exp(-h) - 1;
                yield new Weights(
                        to.sigma() / from.sigma(),
                        -to.alpha() * phi,
                        exact ? to.alpha() * (phi / h + 1) : -0.5f * to.alpha() * phi,
                        -to.alpha() * ((phi + h) / (h * h) - 0.5f),
                        0);
            }
            case DPMSOLVER -> {
                float phi = exp(h) - 1;
                yield new Weights(
                        to.alpha() / from.alpha(),
                        -to.sigma() * phi,
                        exact ? -to.sigma() * (phi / h - 1) : -0.5f * to.sigma() * phi,
                        -to.sigma() * ((phi - h) / (h * h) - 0.5f),
                        0);
            }
            case SDE_DPMSOLVER_PP -> {
                float phi = 1 - exp(-2 * h);
                float twice = -2 * h;
                yield new Weights(
                        to.sigma() / from.sigma() * exp(-h),
                        to.alpha() * phi,
                        exact ? to.alpha() * (phi / twice + 1) : 0.5f * to.alpha() * phi,
                        to.alpha() * ((phi + twice) / (twice * twice) - 0.5f),
                        to.sigma() * sqrt(phi));
            }
            case SDE_DPMSOLVER -> {
                float phi = exp(h) - 1;
                yield new Weights(
                        to.alpha() / from.alpha(),
                        -2 * to.sigma() * phi,
                        exact ? -2 * to.sigma() * (phi / h - 1) : -to.sigma() * phi,
                        0,
                        to.sigma() * sqrt(exp(2 * h) - 1));
            }
        };
    }

    private static void addScaled(float[] sum, float weight, Optional<float[]> term) {
        if (term.isPresent()) {
            var values = term.get();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weight * values[i];
            }
        }
    }

    /** The output that the solver integrates: the clean image, or the noise. Both are limited as the config says. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Converted(float[] output, float[] clean) {}

    Converted convert(
            Prediction prediction, CleanLimit limit, int images, float[] output, float[] sample, NoisePoint at) {
        var clean = at.clean(prediction, output, sample);
        limit.apply(clean, images);
        if (algorithm.predictsClean()) {
            return new Converted(clean, clean);
        }
        var noise = limit instanceof CleanLimit.Unlimited
                ? at.noise(prediction, output, sample)
                : at.noise(Prediction.SAMPLE, clean, sample);
        return new Converted(noise, clean);
    }
}
