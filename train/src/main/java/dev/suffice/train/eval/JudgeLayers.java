package dev.suffice.train.eval;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The layers of the judges. They compute in bfloat16 with 32-bit weights and statistics. */
final class JudgeLayers {
    private static final double MOMENTUM = 0.1;
    private static final double EPSILON = 1e-5;

    private JudgeLayers() {}

    /** A 3x3 convolution, batch normalisation (Ioffe and Szegedy 2015) and ReLU; [N, in, H, W] to [N, out, H / stride, W / stride]. */
    record ConvNorm(Tensor filter, Tensor scale, Tensor shift, Tensor mean, Tensor variance, int stride) {
        static ConvNorm declare(JudgeWeights weights, String name, int in, int out, int stride) {
            return new ConvNorm(
                    weights.weight(name + ".conv.weight", out, in, 3, 3),
                    weights.vector(name + ".norm.weight", out, 1),
                    weights.vector(name + ".norm.bias", out, 0),
                    weights.statistic(name + ".norm.running_mean", out, 0),
                    weights.statistic(name + ".norm.running_var", out, 1),
                    stride);
        }

        Tensor apply(Tensor x, boolean training) {
            Tensor y = torch.conv2d(
                    x,
                    filter.to(torch.ScalarType.BFloat16),
                    new TensorOptional(),
                    new long[] {stride, stride},
                    new long[] {1, 1},
                    new long[] {1, 1},
                    1);
            return torch.relu(torch.batch_norm(
                    y,
                    new TensorOptional(scale),
                    new TensorOptional(shift),
                    new TensorOptional(mean),
                    new TensorOptional(variance),
                    training,
                    MOMENTUM,
                    EPSILON,
                    false));
        }

        /** With the input added: for equal sizes. */
        Tensor residual(Tensor x, boolean training) {
            return x.add(apply(x, training));
        }
    }

    /** A linear layer in 32 bits; [N, in] to [N, out]. */
    record Linear(Tensor weight, Tensor bias) {
        static Linear declare(JudgeWeights weights, String name, int in, int out) {
            return new Linear(weights.weight(name + ".weight", out, in), weights.vector(name + ".bias", out, 0));
        }

        Tensor apply(Tensor x) {
            return torch.linear(x, weight, new TensorOptional(bias));
        }
    }

    /** The part that both judges have: four halvings from 64x64 to 4x4. */
    record Encoder(ConvNorm stem, ConvNorm half, ConvNorm half2, ConvNorm quarter, ConvNorm quarter2, ConvNorm eighth) {
        static final int[] WIDTHS = {32, 64, 128, 192};

        static Encoder declare(JudgeWeights weights) {
            return new Encoder(
                    ConvNorm.declare(weights, "encoder.0", 3, WIDTHS[0], 2),
                    ConvNorm.declare(weights, "encoder.1", WIDTHS[0], WIDTHS[1], 2),
                    ConvNorm.declare(weights, "encoder.2", WIDTHS[1], WIDTHS[1], 1),
                    ConvNorm.declare(weights, "encoder.3", WIDTHS[1], WIDTHS[2], 2),
                    ConvNorm.declare(weights, "encoder.4", WIDTHS[2], WIDTHS[2], 1),
                    ConvNorm.declare(weights, "encoder.5", WIDTHS[2], WIDTHS[3], 2));
        }

        /** Feature maps at 32x32, 16x16, 8x8 and 4x4. */
        Tensor[] apply(Tensor images, boolean training) {
            Tensor x = images.to(torch.ScalarType.BFloat16).contiguous(torch.MemoryFormat.ChannelsLast);
            Tensor a = stem.apply(x, training);
            Tensor b = half2.residual(half.apply(a, training), training);
            Tensor c = quarter2.residual(quarter.apply(b, training), training);
            return new Tensor[] {a, b, c, eighth.apply(c, training)};
        }
    }

    static Tensor concatenate(Tensor a, Tensor b) {
        return torch.cat(new TensorVector(a, b), 1);
    }

    /** Doubles height and width by repeating. */
    static Tensor upsample(Tensor x) {
        return torch.upsample_nearest2d(x, 2 * x.size(2), 2 * x.size(3));
    }
}
