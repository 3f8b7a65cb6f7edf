package dev.suffice.train.nn;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The elementary layers of the networks, with the parameter names and the arithmetic of diffusers. */
final class Layers {
    private Layers() {}

    /** What lies beyond the left and right edge of an image. */
    enum Edge {
        /** Zeros. */
        ZERO,
        /** The other edge: panoramas that close at the seam. */
        WRAP
    }

    /** A 2-D convolution, "same" for stride 1; inputs [N, C, H, W]. */
    record Conv(Parameter weight, Parameter bias, int kernel, int stride) {
        static Conv declare(Parameters p, String name, int in, int out, int kernel, int stride, Init init) {
            long fanIn = (long) in * kernel * kernel;
            return new Conv(
                    p.declare(name + ".weight", init, fanIn, out, in, kernel, kernel),
                    p.declare(name + ".bias", Init.ZERO, fanIn, out),
                    kernel,
                    stride);
        }

        Tensor apply(Tensor x, Edge edge) {
            long pad = kernel / 2;
            if (pad > 0 && edge == Edge.WRAP) {
                return convolve(torch.pad(x, new long[] {pad, pad, 0, 0}, "circular", new DoubleOptional()), pad, 0);
            }
            return convolve(x, pad, pad);
        }

        /** The autoencoder's downsampling: one column on the right and one row below, then no padding. */
        Tensor applyPaddedBelow(Tensor x, Edge edge) {
            Tensor padded = edge == Edge.WRAP
                    ? torch.constant_pad_nd(
                            torch.pad(x, new long[] {0, 1, 0, 0}, "circular", new DoubleOptional()), 0, 0, 0, 1)
                    : torch.constant_pad_nd(x, 0, 1, 0, 1);
            return convolve(padded, 0, 0);
        }

        private Tensor convolve(Tensor x, long padY, long padX) {
            return torch.conv2d(
                    x,
                    weight.tensor(),
                    new TensorOptional(bias.tensor()),
                    new long[] {stride, stride},
                    new long[] {padY, padX},
                    new long[] {1, 1},
                    1);
        }
    }

    /** A linear layer on the last dimension. */
    record Linear(Parameter weight, TensorSource bias) {
        static Linear declare(Parameters p, String name, int in, int out, boolean hasBias, Init init) {
            Parameter weight = p.declare(name + ".weight", init, in, out, in);
            if (!hasBias) {
                return new Linear(weight, TensorOptional::new);
            }
            Parameter bias = p.declare(name + ".bias", Init.ZERO, in, out);
            return new Linear(weight, () -> new TensorOptional(bias.tensor()));
        }

        /** Without bias, and with outputs {@code gain} times as large as the inputs at the start. */
        static Linear declare(Parameters p, String name, int in, int out, int gain) {
            long fanIn = Math.max(1, in / ((long) gain * gain));
            return new Linear(p.declare(name + ".weight", Init.UNIFORM, fanIn, out, in), TensorOptional::new);
        }

        Tensor apply(Tensor x) {
            return torch.linear(x, weight.tensor(), bias.optional());
        }
    }

    /** A bias that may be absent. */
    interface TensorSource {
        TensorOptional optional();
    }

    /** Group normalisation over [N, C, H, W]. */
    record GroupNorm(Parameter weight, Parameter bias, int groups, double epsilon) {
        static GroupNorm declare(Parameters p, String name, int channels, int groups, double epsilon) {
            if (channels % groups != 0) {
                throw new IllegalArgumentException(
                        name + ": " + channels + " channels cannot be split into " + groups + " groups");
            }
            return new GroupNorm(
                    p.declare(name + ".weight", Init.ONE, channels, channels),
                    p.declare(name + ".bias", Init.ZERO, channels, channels),
                    groups,
                    epsilon);
        }

        Tensor apply(Tensor x) {
            return torch.group_norm(
                    x, groups, new TensorOptional(weight.tensor()), new TensorOptional(bias.tensor()), epsilon, false);
        }
    }

    /** Layer normalisation over the last dimension. */
    record LayerNorm(Weight weight, Weight bias, int width, double epsilon) {
        static LayerNorm declare(Parameters p, String name, int width) {
            return new LayerNorm(
                    p.declare(name + ".weight", Init.ONE, width, width),
                    p.declare(name + ".bias", Init.ZERO, width, width),
                    width,
                    1e-5);
        }

        Tensor apply(Tensor x) {
            return torch.layer_norm(
                    x,
                    new long[] {width},
                    new TensorOptional(weight.tensor()),
                    new TensorOptional(bias.tensor()),
                    epsilon,
                    false);
        }
    }

    static Tensor concatenate(Tensor a, Tensor b) {
        return torch.cat(new TensorVector(a, b), 1);
    }

    /** Doubles height and width by repeating pixels. */
    static Tensor upsample(Tensor x) {
        long[] shape = x.shape();
        return torch.upsample_nearest2d(
                x, new long[] {2 * shape[2], 2 * shape[3]}, new DoubleOptional(), new DoubleOptional());
    }
}
