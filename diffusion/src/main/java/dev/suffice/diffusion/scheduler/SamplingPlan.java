package dev.suffice.diffusion.scheduler;

import dev.suffice.core.InvalidRequestException;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one run is to do: how many steps, or at which timesteps or noise levels; from where; for how many images. Immutable.
 * The {@code with} methods return a changed copy. A sampler ignores the step options it does not have, as {@code eta} for
 * the deterministic ones; it refuses custom timesteps or sigmas where it cannot honour them.
 */
public final class SamplingPlan {
    private final Grid grid;
    private final double strength;
    private final int images;
    private final OptionalDouble mu;
    private final OptionalDouble imageTokens;
    private final StepOptions options;

    /** How the run is divided: a number of steps, timesteps, sigmas, or both of the last. */
    record Grid(int steps, Optional<double[]> timesteps, Optional<double[]> sigmas) {}

    /** Arguments of single steps. */
    record StepOptions(
            double eta,
            boolean clippedModelOutput,
            double churn,
            double churnMin,
            double churnMax,
            double churnNoise,
            int order) {}

    private SamplingPlan(
            Grid grid,
            double strength,
            int images,
            OptionalDouble mu,
            OptionalDouble imageTokens,
            StepOptions options) {
        this.grid = grid;
        this.strength = strength;
        this.images = images;
        this.mu = mu;
        this.imageTokens = imageTokens;
        this.options = options;
    }

    private static SamplingPlan of(Grid grid) {
        var options = new StepOptions(0, false, 0, 0, Double.POSITIVE_INFINITY, 1, 4);
        return new SamplingPlan(grid, 1, 1, OptionalDouble.empty(), OptionalDouble.empty(), options);
    }

    /**
     * So many steps, spaced as the sampler's config says.
     *
     * @param steps from 1 to the model's training timesteps; checked when the run starts
     */
    public static SamplingPlan steps(int steps) {
        return of(new Grid(steps, Optional.empty(), Optional.empty()));
    }

    /**
     * One step from each of these timesteps, in this order.
     *
     * @param timesteps finite, descending, at least one
     */
    public static SamplingPlan timesteps(double... timesteps) {
        return of(new Grid(timesteps.length, Optional.of(finite("timesteps", timesteps)), Optional.empty()));
    }

    /**
     * Steps between these noise levels. Whether the last level is part of the list depends on the sampler: flow-matching ones
     * add it, Euler takes it from the list.
     *
     * @param sigmas finite, at least one
     */
    public static SamplingPlan sigmas(double... sigmas) {
        return of(new Grid(sigmas.length, Optional.empty(), Optional.of(finite("sigmas", sigmas))));
    }

    /**
     * These noise levels, and these timesteps for the model; flow matching only.
     *
     * @param sigmas finite
     * @param timesteps finite, as many
     */
    public static SamplingPlan sigmasAndTimesteps(double[] sigmas, double[] timesteps) {
        if (sigmas.length != timesteps.length) {
            throw new InvalidRequestException(
                    "sigmas and timesteps: must be as many, got %d and %d".formatted(sigmas.length, timesteps.length));
        }
        return of(new Grid(
                sigmas.length, Optional.of(finite("timesteps", timesteps)), Optional.of(finite("sigmas", sigmas))));
    }

    /**
     * Image to image: the share of the steps that is run. The others, at the noisy end, are skipped.
     *
     * @param strength above 0 (the image as it is) up to 1 (nothing of it left)
     */
    public SamplingPlan withStrength(double strength) {
        if (!(strength > 0 && strength <= 1)) {
            throw new InvalidRequestException(
                    "strength %s: must be above 0 and at most 1 (1 = nothing left of the image)".formatted(strength));
        }
        return new SamplingPlan(grid, strength, images, mu, imageTokens, options);
    }

    /**
     * Number of images in the arrays, needed where a sampler treats each by itself (dynamic thresholding).
     *
     * @param images at least 1
     */
    public SamplingPlan withImages(int images) {
        if (images < 1) {
            throw new InvalidRequestException("images %d: must be at least 1".formatted(images));
        }
        return new SamplingPlan(grid, strength, images, mu, imageTokens, options);
    }

    /** Shift of the noise levels for samplers with {@code use_dynamic_shifting}. */
    public SamplingPlan withMu(double mu) {
        requireFinite("mu", mu);
        return new SamplingPlan(grid, strength, images, OptionalDouble.of(mu), imageTokens, options);
    }

    /**
     * Lets a sampler with {@code use_dynamic_shifting} compute its shift from the length of the model's token sequence.
     *
     * @param tokens at least 1
     */
    public SamplingPlan withImageTokens(int tokens) {
        if (tokens < 1) {
            throw new InvalidRequestException("image tokens %d: must be at least 1".formatted(tokens));
        }
        return new SamplingPlan(grid, strength, images, mu, OptionalDouble.of(tokens), options);
    }

    /**
     * DDIM's share of fresh noise.
     *
     * @param eta from 0 (deterministic) to 1 (as much as DDPM)
     */
    public SamplingPlan withEta(double eta) {
        if (!(eta >= 0 && eta <= 1)) {
            throw new InvalidRequestException("eta %s: must be between 0 and 1 (0 = deterministic)".formatted(eta));
        }
        return withOptions(new StepOptions(
                eta,
                options.clippedModelOutput,
                options.churn,
                options.churnMin,
                options.churnMax,
                options.churnNoise,
                options.order));
    }

    /** DDIM: derive the noise again from the clean image after it was clipped. */
    public SamplingPlan withClippedModelOutput(boolean clipped) {
        return withOptions(new StepOptions(
                options.eta,
                clipped,
                options.churn,
                options.churnMin,
                options.churnMax,
                options.churnNoise,
                options.order));
    }

    /**
     * Euler: put some noise back before each step (Karras et al. 2022, Algorithm 2).
     *
     * @param churn S_churn, at least 0 (0 = none)
     * @param from S_tmin: only from this noise level on
     * @param to S_tmax: only up to this noise level
     * @param noise S_noise: standard deviation of the noise
     */
    public SamplingPlan withChurn(double churn, double from, double to, double noise) {
        if (!(churn >= 0) || Double.isInfinite(churn)) {
            throw new InvalidRequestException("churn %s: must be at least 0 (0 = none)".formatted(churn));
        }
        if (Double.isNaN(from) || Double.isNaN(to) || !Double.isFinite(noise)) {
            throw new InvalidRequestException(
                    "churn from %s to %s with noise %s: must be numbers".formatted(from, to, noise));
        }
        return withOptions(
                new StepOptions(options.eta, options.clippedModelOutput, churn, from, to, noise, options.order));
    }

    /**
     * LMS: how many past derivatives a step uses.
     *
     * @param order from 1 to 8, 4 unless set
     */
    public SamplingPlan withOrder(int order) {
        if (order < 1 || order > 8) {
            throw new InvalidRequestException("order %d: must be between 1 and 8".formatted(order));
        }
        return withOptions(new StepOptions(
                options.eta,
                options.clippedModelOutput,
                options.churn,
                options.churnMin,
                options.churnMax,
                options.churnNoise,
                order));
    }

    private SamplingPlan withOptions(StepOptions changed) {
        return new SamplingPlan(grid, strength, images, mu, imageTokens, changed);
    }

    Grid grid() {
        return grid;
    }

    double strength() {
        return strength;
    }

    int images() {
        return images;
    }

    OptionalDouble mu() {
        return mu;
    }

    OptionalDouble imageTokens() {
        return imageTokens;
    }

    StepOptions options() {
        return options;
    }

    private static double[] finite(String name, double[] values) {
        if (values.length == 0) {
            throw new InvalidRequestException("%s: must be at least one".formatted(name));
        }
        for (double value : values) {
            requireFinite(name, value);
        }
        return values.clone();
    }

    private static void requireFinite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new InvalidRequestException("%s %s: must be a finite number".formatted(name, value));
        }
    }
}
