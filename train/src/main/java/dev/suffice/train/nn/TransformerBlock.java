package dev.suffice.train.nn;

import dev.suffice.train.nn.Layers.GroupNorm;
import dev.suffice.train.nn.Layers.LayerNorm;
import dev.suffice.train.nn.Layers.Linear;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * diffusers' {@code Transformer2DModel} with linear projections and one {@code BasicTransformerBlock}: self-attention over the
 * positions, cross-attention to the text, and a GEGLU feed-forward, each behind a layer norm.
 */
final class TransformerBlock {
    /**
     * Sentence encoders give features with a deviation well under 1; taken as they are, the text has little effect on the first
     * thousands of steps.
     */
    private static final int CONTEXT_GAIN = 3;

    private final GroupNorm norm;
    private final Linear projectIn;
    private final LayerNorm norm1;
    private final Attention self;
    private final LayerNorm norm2;
    private final Attention cross;
    private final LayerNorm norm3;
    private final Linear feedIn;
    private final Linear feedOut;
    private final Linear projectOut;

    TransformerBlock(Parameters p, String name, int channels, int heads, int contextWidth, int groups) {
        norm = GroupNorm.declare(p, name + ".norm", channels, groups, 1e-6);
        projectIn = Linear.declare(p, name + ".proj_in", channels, channels, true, Init.UNIFORM);
        String block = name + ".transformer_blocks.0";
        norm1 = LayerNorm.declare(p, block + ".norm1", channels);
        self = new Attention(p, block + ".attn1", channels, heads, channels, 1);
        norm2 = LayerNorm.declare(p, block + ".norm2", channels);
        cross = new Attention(p, block + ".attn2", channels, heads, contextWidth, CONTEXT_GAIN);
        norm3 = LayerNorm.declare(p, block + ".norm3", channels);
        feedIn = Linear.declare(p, block + ".ff.net.0.proj", channels, 8 * channels, true, Init.UNIFORM);
        feedOut = Linear.declare(p, block + ".ff.net.2", 4 * channels, channels, true, Init.UNIFORM);
        projectOut = Linear.declare(p, name + ".proj_out", channels, channels, true, Init.ZERO);
    }

    /** @param context text features, [N, tokens, contextWidth] */
    Tensor apply(Tensor x, Tensor context) {
        long[] s = x.shape();
        Tensor h = norm.apply(x).view(s[0], s[1], s[2] * s[3]).transpose(1, 2).contiguous();
        h = projectIn.apply(h);
        Tensor n = norm1.apply(h);
        h = h.add(self.apply(n, n));
        h = h.add(cross.apply(norm2.apply(h), context));
        TensorVector halves = feedIn.apply(norm3.apply(h)).chunk(2, -1);
        h = h.add(feedOut.apply(halves.get(0).mul(torch.gelu(halves.get(1)))));
        h = projectOut.apply(h).transpose(1, 2).reshape(s);
        return x.add(h);
    }

    /** diffusers' {@code Attention}: projections without bias, an output projection with one. */
    private static final class Attention {
        private final Linear query;
        private final Linear key;
        private final Linear value;
        private final Linear out;
        private final int heads;

        Attention(Parameters p, String name, int channels, int heads, int contextWidth, int contextGain) {
            if (channels % heads != 0) {
                throw new IllegalArgumentException(
                        name + ": " + channels + " channels cannot be split into " + heads + " heads");
            }
            this.heads = heads;
            query = Linear.declare(p, name + ".to_q", channels, channels, false, Init.UNIFORM);
            key = Linear.declare(p, name + ".to_k", contextWidth, channels, contextGain);
            value = Linear.declare(p, name + ".to_v", contextWidth, channels, contextGain);
            out = Linear.declare(p, name + ".to_out.0", channels, channels, true, Init.UNIFORM);
        }

        Tensor apply(Tensor x, Tensor context) {
            long[] s = x.shape();
            Tensor scaled = split(query.apply(x)).mul(new Scalar(1 / Math.sqrt(s[2] / (double) heads)));
            Tensor keys = split(key.apply(context)).transpose(2, 3);
            // Written out: libtorch's fused attention has a backward pass on CPUs that is several times slower at these
            // sizes.
            Tensor weights = torch.softmax(torch.matmul(scaled, keys), -1);
            Tensor attended = torch.matmul(weights, split(value.apply(context)));
            return out.apply(attended.transpose(1, 2).reshape(s));
        }

        private Tensor split(Tensor x) {
            long[] s = x.shape();
            return x.view(s[0], s[1], heads, s[2] / heads).transpose(1, 2);
        }
    }
}
