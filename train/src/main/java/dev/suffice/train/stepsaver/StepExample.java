package dev.suffice.train.stepsaver;

/**
 * One measured image.
 *
 * @param prompt the text; images of one prompt stay together
 * @param features of the prompt
 * @param sampler index of the sampler
 * @param gaps 1 - similarity to the reference, the larger of colours and depth, for every count but the last
 * @param needed index of what it needs among the choices of the grid
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record StepExample(String prompt, float[] features, int sampler, double[] gaps, int needed) {}
