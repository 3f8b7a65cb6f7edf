package dev.suffice.train.nn;

import dev.suffice.train.nn.Layers.LayerNorm;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * transformers' {@code BertLayer}: attention and a feed-forward part with GELU, each added to what it read and normalised after
 * that.
 */
record BertLayer(
        int heads,
        TunedLinear query,
        TunedLinear key,
        TunedLinear value,
        TunedLinear attended,
        LayerNorm attentionNorm,
        TunedLinear inner,
        TunedLinear outer,
        LayerNorm norm) {
    /**
     * The states after the layer.
     *
     * @param x [texts x tokens, width]
     * @param firstOnly compute the first token's state of every text alone
     * @return [texts x tokens, width], or [texts, width]
     */
    Tensor apply(Tensor x, TokenBatch batch, boolean firstOnly, Dropout dropout) {
        long width = x.size(1);
        Tensor asking = firstOnly ? x.view(batch.texts(), batch.tokens(), width).select(1, 0) : x;
        // libtorch's fused attention takes a third of the time of separate products at the lengths of sentences, for
        // its backward pass too.
        Tensor heard = torch.scaled_dot_product_attention(
                split(query.apply(asking), batch.texts()),
                split(key.apply(x), batch.texts()),
                split(value.apply(x), batch.texts()),
                bias(batch, asking.size(0) / batch.texts()),
                0.0,
                false,
                new DoubleOptional(),
                false);
        Tensor flat = heard.transpose(1, 2).reshape(asking.size(0), width);
        Tensor h = attentionNorm.apply(dropout.apply(attended.apply(flat)).add_(asking));
        Tensor out = outer.apply(torch.gelu(inner.apply(h)));
        return norm.apply(dropout.apply(out).add_(h));
    }

    private Tensor split(Tensor x, long texts) {
        return x.view(texts, x.size(0) / texts, heads, x.size(1) / heads).transpose(1, 2);
    }

    private TensorOptional bias(TokenBatch batch, long asking) {
        return batch.bias()
                .map(bias -> new TensorOptional(bias.expand(batch.texts(), heads, asking, batch.tokens())))
                .orElseGet(TensorOptional::new);
    }
}
