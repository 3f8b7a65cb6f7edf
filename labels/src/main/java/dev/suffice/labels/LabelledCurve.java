package dev.suffice.labels;

import dev.suffice.diffusion.stepsaver.StepCurve;

/**
 * What was measured of one prompt, seed and sampler.
 *
 * @param model fingerprint of the model
 * @param prompt the text
 * @param seed of the noise
 * @param scheduler the sampler and its decisions, as text
 * @param curve similarities by count
 */
public record LabelledCurve(String model, String prompt, long seed, String scheduler, StepCurve curve) {}
