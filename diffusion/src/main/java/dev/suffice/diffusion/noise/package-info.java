/**
 * Gaussian noise that is the same on every machine for the same seed.
 *
 * <p>The default generator, {@link dev.suffice.diffusion.noise.TorchNoise}, draws the numbers that PyTorch draws on a CPU
 * for the same seed, so that a run can be compared with one in Python, or repeated from one.
 */
@org.jspecify.annotations.NullMarked
package dev.suffice.diffusion.noise;
