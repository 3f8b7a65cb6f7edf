/**
 * Diffusion samplers, built from the {@code scheduler_config.json} of a model folder.
 *
 * <p>{@link dev.suffice.diffusion.scheduler.Schedulers} turns a config, and optionally the name of another sampler, into a
 * {@link dev.suffice.diffusion.scheduler.Scheduler}, which is immutable and shared.
 * {@link dev.suffice.diffusion.scheduler.Scheduler#start} gives the mutable
 * {@link dev.suffice.diffusion.scheduler.Sampling} of one run. One file is one sampler; what samplers share is a small type
 * of its own: the training noise schedule, timestep spacings, sigma spacings, prediction types, limits on the clean image.
 *
 * <p>Arithmetic is in single precision, like that of the implementation whose recorded trajectories are the fixtures.
 */
@org.jspecify.annotations.NullMarked
package dev.suffice.diffusion.scheduler;
