package dev.suffice.train.eval;

import dev.suffice.train.eval.JudgeLayers.ConvNorm;
import dev.suffice.train.eval.JudgeLayers.Encoder;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A picture to a map at a quarter of the area: an encoder, and a decoder that sees the encoder's maps. */
final class MapNetwork {
    private final Encoder encoder;
    private final ConvNorm bottom;
    private final ConvNorm eighth;
    private final ConvNorm quarter;
    private final ConvNorm half;
    private final Tensor filter;
    private final Tensor bias;

    MapNetwork(JudgeWeights weights) {
        encoder = Encoder.declare(weights);
        int[] w = Encoder.WIDTHS;
        bottom = ConvNorm.declare(weights, "decoder.0", w[3], 96, 1);
        eighth = ConvNorm.declare(weights, "decoder.1", 96 + w[2], 64, 1);
        quarter = ConvNorm.declare(weights, "decoder.2", 64 + w[1], 48, 1);
        half = ConvNorm.declare(weights, "decoder.3", 48 + w[0], 24, 1);
        filter = weights.weight("depth.weight", 1, 24, 3, 3);
        bias = weights.vector("depth.bias", 1, 0);
    }

    /** @param images [N, 3, 64, 64] in -1..1 @return values [N, 1, 32, 32] */
    Tensor apply(Tensor images, boolean training) {
        Tensor[] maps = encoder.apply(images, training);
        Tensor x = bottom.apply(maps[3], training);
        x = eighth.apply(JudgeLayers.concatenate(JudgeLayers.upsample(x), maps[2]), training);
        x = quarter.apply(JudgeLayers.concatenate(JudgeLayers.upsample(x), maps[1]), training);
        x = half.apply(JudgeLayers.concatenate(JudgeLayers.upsample(x), maps[0]), training);
        return torch.conv2d(
                x.to(torch.ScalarType.Float),
                filter,
                new TensorOptional(bias),
                new long[] {1, 1},
                new long[] {1, 1},
                new long[] {1, 1},
                1);
    }
}
