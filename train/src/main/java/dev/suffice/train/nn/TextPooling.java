package dev.suffice.train.nn;

import dev.suffice.train.nn.Layers.LayerNorm;
import dev.suffice.train.nn.Layers.Linear;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * diffusers' {@code TextTimeEmbedding}: the text in one vector that is added to the time embedding, so that every residual block
 * hears of it. The mean of the tokens asks, all tokens and the mean answer. Normalised, it is as loud as the time embedding from the
 * first step; when it began at zero it had not woken after 1,300.
 */
final class TextPooling {
    private final LayerNorm normIn;
    private final Parameter position;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear project;
    private final LayerNorm normOut;
    private final int heads;

    TextPooling(Parameters p, String name, int width, int timeWidth, int heads) {
        if (width % heads != 0) {
            throw new IllegalArgumentException(
                    name + ": text of width " + width + " cannot be split into " + heads + " heads");
        }
        this.heads = heads;
        normIn = LayerNorm.declare(p, name + ".norm1", width);
        position = p.declare(name + ".pool.positional_embedding", Init.ZERO, width, 1, width);
        query = Linear.declare(p, name + ".pool.q_proj", width, width, true, Init.UNIFORM);
        key = Linear.declare(p, name + ".pool.k_proj", width, width, true, Init.UNIFORM);
        value = Linear.declare(p, name + ".pool.v_proj", width, width, true, Init.UNIFORM);
        project = Linear.declare(p, name + ".proj", width, timeWidth, true, Init.UNIFORM);
        normOut = LayerNorm.declare(p, name + ".norm2", timeWidth);
    }

    /** @param text [N, tokens, width]; the result is [N, timeWidth] */
    Tensor apply(Tensor text) {
        Tensor tokens = normIn.apply(text);
        Tensor mean =
                tokens.mean(new long[] {1}, true, new ScalarTypeOptional()).add(position.tensor());
        Tensor all = torch.cat(new TensorVector(mean, tokens), 1);
        long[] s = all.shape();
        Tensor asked = split(query.apply(mean)).mul(new Scalar(1 / Math.sqrt(s[2] / (double) heads)));
        Tensor weights = torch.softmax(torch.matmul(asked, split(key.apply(all)).transpose(2, 3)), -1);
        Tensor pooled = torch.matmul(weights, split(value.apply(all)));
        return normOut.apply(project.apply(pooled.transpose(1, 2).reshape(s[0], s[2])));
    }

    private Tensor split(Tensor x) {
        long[] s = x.shape();
        return x.view(s[0], s[1], heads, s[2] / heads).transpose(1, 2);
    }
}
