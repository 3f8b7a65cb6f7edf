package dev.suffice.diffusion.scheduler;

import dev.suffice.diffusion.noise.NoiseSource;

/**
 * One run of a {@link Scheduler}: the state between model calls. The caller's loop is
 *
 * <pre>{@code
 * for (int i = 0; i < sampling.calls(); i++) {
 *     sampling.scaleModelInput(latents, i, input);
 *     var prediction = model.predict(input, sampling.timesteps()[i]);
 *     sampling.step(i, prediction, latents, noise, latents);
 * }
 * }</pre>
 *
 * where {@code latents} starts as noise times {@link #initNoiseSigma()}, or as {@link #addNoise} of an image.
 *
 * <p>Arrays are row-major and hold one image or a batch of equal images after each other. Not thread-safe.
 */
public interface Sampling {
    /**
     * The timestep that the model is to be called with, for each call in order. Samplers of second order call the model
     * twice in a step, so that there are more calls than steps.
     *
     * @return a copy
     */
    double[] timesteps();

    /** Number of model calls: the length of {@link #timesteps()}. */
    int calls();

    /** Model calls of a step: 2 for samplers of second order that ask twice, 1 for all others. */
    int order();

    /**
     * The noise levels of the calls and, last, the one the run ends at.
     *
     * @return a copy; empty for the samplers that work on timesteps only
     */
    float[] sigmas();

    /** Standard deviation of the noise that a text-to-image run starts from. */
    float initNoiseSigma();

    /**
     * Scales the sample to what the model expects at this call.
     *
     * @param sample as {@link #step} left it
     * @param index of the call, from 0
     * @param out same length; may be {@code sample}
     */
    void scaleModelInput(float[] sample, int index, float[] out);

    /**
     * Takes the model's prediction and moves the sample one call on. Calls come in order; the model's output may be one that
     * a policy kept from an earlier call.
     *
     * @param index of the call, from 0; each is given once and in order
     * @param modelOutput the prediction, of the sample's length (twice that for models that also predict the variance)
     * @param sample the sample that the model was called on, not scaled
     * @param noise asked only by stochastic samplers
     * @param out receives the next sample; may be {@code sample}
     * @throws IllegalStateException if the index is not the next one
     * @throws IllegalArgumentException if lengths differ
     */
    void step(int index, float[] modelOutput, float[] sample, NoiseSource noise, float[] out);

    /**
     * What the last {@link #step} takes the finished image to be (x0), given all it knew at that call.
     *
     * @param out of the sample's length
     * @throws IllegalStateException before the first step
     */
    void predictedClean(float[] out);

    /**
     * What a model says at this call that takes the sample for that clean image: what a policy gives {@link #step} when it does not
     * ask the model. With the clean image that the call before predicted, a sampler of first order goes on along its straight line.
     *
     * @param index of the call, from 0
     * @param clean of the sample's length
     * @param sample as {@link #step} left it
     * @param out receives the model's output, of the sample's length
     */
    void outputFor(int index, float[] clean, float[] sample, float[] out);

    /**
     * Puts noise on a clean sample, as much as the sample has at this call: where an image-to-image run starts.
     *
     * @param clean the encoded image
     * @param noise standard normal, same length
     * @param index of the call, from 0
     * @param out same length; may be {@code clean} or {@code noise}
     */
    void addNoise(float[] clean, float[] noise, int index, float[] out);

    /** An independent run in the same state, which shares no mutable array with this one. Costs next to nothing. */
    Sampling copy();
}
