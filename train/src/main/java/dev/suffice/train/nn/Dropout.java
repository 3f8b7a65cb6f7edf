package dev.suffice.train.nn;

import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Dropout (Srivastava et al. 2014) of one training step: values are zeroed with a probability, the others scaled up. The masks derive
 * from the step's seed and not from libtorch's generator, so that a run can be repeated, and come four from one random number, which
 * takes a fifth of libtorch's time. Not thread-safe.
 */
public final class Dropout {
    /** Drops nothing. */
    public static final Dropout NONE = new Dropout(0, 0);

    private static final int LANES = 4;
    private static final int LANE_BITS = 16;
    private static final long LANE = (1L << LANE_BITS) - 1;

    private final double probability;
    private final SplittableRandom random;
    private float[] scratch = {};

    /**
     * The dropout of a step.
     *
     * @param probability 0..1, without 1; rounded to a multiple of 2^-16
     */
    public Dropout(double probability, long seed) {
        this.probability = probability;
        this.random = new SplittableRandom(seed);
    }

    /** Zeroes values of {@code x}, a 32-bit tensor that is written into. */
    Tensor apply(Tensor x) {
        return probability == 0 ? x : x.mul_(mask(x));
    }

    private Tensor mask(Tensor like) {
        int count = Math.toIntExact(like.numel());
        int padded = (count + LANES - 1) / LANES * LANES;
        if (scratch.length < padded) {
            scratch = new float[padded];
        }
        long dropped = Math.round(probability * (1 << LANE_BITS));
        float kept = (float) (1 / (1 - probability));
        for (int i = 0; i < padded; i += LANES) {
            long bits = random.nextLong();
            for (int lane = 0; lane < LANES; lane++) {
                scratch[i + lane] = ((bits >>> (lane * LANE_BITS)) & LANE) < dropped ? 0 : kept;
            }
        }
        Tensor mask = torch.empty_like(like);
        mask.data_ptr_float().put(scratch, 0, count);
        return mask;
    }
}
