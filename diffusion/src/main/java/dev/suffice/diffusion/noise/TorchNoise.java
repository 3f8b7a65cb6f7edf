package dev.suffice.diffusion.noise;

import java.util.OptionalDouble;

/**
 * The numbers of PyTorch's {@code torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed))}: MT19937 and the
 * Box-Muller transform.
 *
 * <p>Like PyTorch's, the stream depends on how it is cut into calls. A call for fewer than 16 values draws pairs in double
 * precision and keeps the second of a pair for the next such call. A call for 16 or more draws 24-bit uniforms in blocks of
 * 16, whose first and second halves are the two inputs of the transform; when the size is not a multiple of 16 the last 16
 * values are drawn again. The uniforms are PyTorch's to the last bit; the logarithm and the cosine are rounded correctly
 * here and to within about two units in the last place there, so that values agree to 1e-6.
 *
 * <p>Not thread-safe. One instance for each image.
 */
public final class TorchNoise implements NoiseSource {
    private static final int BLOCK = 16;
    private static final float ULP_24 = 0x1p-24f;
    private static final double ULP_53 = 0x1p-53;

    private final MersenneTwister bits;
    private OptionalDouble spare = OptionalDouble.empty();

    /**
     * @param seed its lower 32 bits are used, as in PyTorch
     */
    public TorchNoise(long seed) {
        bits = new MersenneTwister(seed);
    }

    @Override
    public void fill(float[] noise) {
        if (noise.length < BLOCK) {
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (float) nextDouble();
            }
            return;
        }
        fillUniform(noise, 0, noise.length);
        for (int start = 0; start + BLOCK <= noise.length; start += BLOCK) {
            transformBlock(noise, start);
        }
        if (noise.length % BLOCK != 0) {
            int tail = noise.length - BLOCK;
            fillUniform(noise, tail, noise.length);
            transformBlock(noise, tail);
        }
    }

    private void fillUniform(float[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            values[i] = (bits.next32() & 0xffffff) * ULP_24;
        }
    }

    /** Box-Muller on 16 uniforms in place: value i and value i + 8 make one pair. */
    private static void transformBlock(float[] values, int start) {
        for (int i = start; i < start + BLOCK / 2; i++) {
            float radius = (float) Math.sqrt(-2 * (float) Math.log(1 - values[i]));
            float angle = (float) (2 * Math.PI) * values[i + BLOCK / 2];
            values[i] = radius * (float) Math.cos(angle);
            values[i + BLOCK / 2] = radius * (float) Math.sin(angle);
        }
    }

    private double nextDouble() {
        if (spare.isPresent()) {
            double value = spare.getAsDouble();
            spare = OptionalDouble.empty();
            return value;
        }
        double angle = 2 * Math.PI * uniform53();
        double radius = Math.sqrt(-2 * Math.log1p(-uniform53()));
        spare = OptionalDouble.of(radius * Math.sin(angle));
        return radius * Math.cos(angle);
    }

    private double uniform53() {
        return (bits.next64() & ((1L << 53) - 1)) * ULP_53;
    }
}
