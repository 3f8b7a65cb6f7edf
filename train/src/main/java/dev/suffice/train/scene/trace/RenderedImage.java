package dev.suffice.train.scene.trace;

/**
 * A picture and what is known about each of its pixels.
 *
 * @param width pixels per row
 * @param height rows
 * @param rgb sRGB bytes, {@code height x width x 3}
 * @param depth metres at the pixel's middle, {@code height x width}; {@link Renderer#SKY_DEPTH} for sky
 * @param mask 0 for surroundings, 1 + index for an object, at the pixel's middle
 * @param albedo linear colour of the surface at the pixel's middle, {@code height x width x 3}; 0 for sky
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record RenderedImage(int width, int height, byte[] rgb, float[] depth, byte[] mask, float[] albedo) {}
