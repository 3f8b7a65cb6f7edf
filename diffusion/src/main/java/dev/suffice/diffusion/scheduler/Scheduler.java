package dev.suffice.diffusion.scheduler;

import dev.suffice.core.InvalidRequestException;

/**
 * A diffusion sampler with its settings: how noise becomes an image in a chosen number of model calls. Immutable and
 * thread-safe; {@link #start} gives the state of one run.
 */
public interface Scheduler {
    /** The class name in {@code scheduler_config.json}, e.g. {@code EulerDiscreteScheduler}. */
    String className();

    /** The settings this sampler was built from, with keys that it does not use. */
    SchedulerConfig config();

    /** Number of noise levels the model was trained on, the upper limit for steps. */
    int trainTimesteps();

    /** Whether a run draws noise after the first, i.e. whether {@link Sampling#step} asks its noise source. */
    boolean stochastic();

    /**
     * Starts one run, of one image or of a batch.
     *
     * @throws InvalidRequestException if the plan does not fit this sampler, e.g. {@code steps 0: must be between 1 and
     *     1000 (the model's training timesteps)}
     */
    Sampling start(SamplingPlan plan);
}
