package dev.suffice.train;

import dev.suffice.train.loop.Checkpoint;
import dev.suffice.train.nn.NoiseSchedule;
import dev.suffice.train.nn.UNet2DCondition;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Deterministic DDIM (Song et al. 2021) with trailing timesteps and classifier-free guidance, for sample sheets. */
record DdimSampler(UNet2DCondition network, NoiseSchedule schedule, int steps, double guidance) {
    /**
     * Draws latents.
     *
     * @param text features of the prompts, then those of the empty prompt as often: 2N rows
     * @param shape N, channels, height, width
     */
    float[] sample(float[] text, long[] shape, boolean panorama, long seed) {
        int size = Math.toIntExact(shape[0] * shape[1] * shape[2] * shape[3]);
        float[] latents = new float[size];
        var random = new SplittableRandom(seed);
        for (int i = 0; i < size; i++) {
            latents[i] = (float) random.nextGaussian();
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor context = Tensor.create(text, 2 * shape[0], SentenceEncoder.TOKENS, SentenceEncoder.WIDTH);
            for (int i = 0; i < steps; i++) {
                latents = step(latents, shape, context, i, panorama);
            }
        }
        return latents;
    }

    private float[] step(float[] latents, long[] shape, Tensor context, int index, boolean panorama) {
        double stride = NoiseSchedule.STEPS / (double) steps;
        int timestep = (int) Math.round(NoiseSchedule.STEPS - index * stride) - 1;
        int next = timestep - NoiseSchedule.STEPS / steps;
        double alpha = schedule.alphaCumulative(timestep);
        double alphaNext = next >= 0 ? schedule.alphaCumulative(next) : 1;
        try (var _ = new PointerScope()) {
            Tensor x = Tensor.create(latents, shape);
            float[] times = new float[Math.toIntExact(2 * shape[0])];
            Arrays.fill(times, timestep);
            TensorVector both = network.predict(torch.cat(new TensorVector(x, x), 0), times, context, panorama)
                    .chunk(2, 0);
            Tensor unconditional = both.get(1);
            Tensor v = unconditional.add(both.get(0).sub(unconditional).mul(new Scalar(guidance)));
            Tensor clean = x.mul(new Scalar(Math.sqrt(alpha))).sub(v.mul(new Scalar(Math.sqrt(1 - alpha))));
            Tensor noise = v.mul(new Scalar(Math.sqrt(alpha))).add(x.mul(new Scalar(Math.sqrt(1 - alpha))));
            Tensor result =
                    clean.mul(new Scalar(Math.sqrt(alphaNext))).add(noise.mul(new Scalar(Math.sqrt(1 - alphaNext))));
            return Checkpoint.values(result.contiguous());
        }
    }
}
