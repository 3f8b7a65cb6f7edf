package dev.suffice.models.family;

import dev.suffice.models.onnx.Value;

/**
 * Pixels attending to pixels and to a text (Transformer2DModel): normalisation, projection to tokens, transformer
 * blocks, projection back, skip connection.
 *
 * @param blocks number of transformer blocks
 * @param heads the channels are divided into
 * @param groups of the group norm
 * @param onlyCrossAttention whether the first attention of a block looks at the text as well
 */
record TransformerBlocks(int blocks, int heads, int groups, boolean onlyCrossAttention) {
    private static final double NORM_EPSILON = 1e-6;
    private static final double BLOCK_EPSILON = 1e-5;

    Value write(Layers layers, String path, Value x, Value text) {
        var graph = layers.graph();
        var normal = layers.groupNorm(path + ".norm", x, groups, NORM_EPSILON);
        var tokens = layers.pixelsToTokens(path + ".proj_in", normal, x.size(1));
        for (int i = 0; i < blocks; i++) {
            tokens = block(layers, path + ".transformer_blocks." + i, tokens, text);
        }
        var y = layers.tokensToPixels(path + ".proj_out", tokens, x.size(1), x.size(2), x.size(3));
        return graph.add(y, x);
    }

    private Value block(Layers layers, String path, Value x, Value text) {
        var graph = layers.graph();
        var first = layers.layerNorm(path + ".norm1", x, BLOCK_EPSILON);
        var attended = graph.add(attention(layers, path + ".attn1", first, onlyCrossAttention ? text : first), x);
        var second = layers.layerNorm(path + ".norm2", attended, BLOCK_EPSILON);
        var told = graph.add(attention(layers, path + ".attn2", second, text), attended);
        var third = layers.layerNorm(path + ".norm3", told, BLOCK_EPSILON);
        return graph.add(feedForward(layers, path + ".ff.net", third), told);
    }

    private Value attention(Layers layers, String path, Value x, Value context) {
        var channels = x.size(-1);
        var query = layers.linear(path + ".to_q", x, channels);
        var key = layers.linear(path + ".to_k", context, channels);
        var value = layers.linear(path + ".to_v", context, channels);
        layers.graph().scope(path);
        return layers.linear(path + ".to_out.0", layers.attention(query, key, value, heads, false), channels);
    }

    /** GEGLU (Shazeer, 2020): the first half of the projection times GELU of the second. */
    private static Value feedForward(Layers layers, String path, Value x) {
        var channels = x.size(-1);
        var wide = 4 * channels;
        var hidden = layers.linearPart(path + ".0.proj", x, 2 * wide, 0, wide);
        var gate = layers.activate(Activation.GELU, layers.linearPart(path + ".0.proj", x, 2 * wide, wide, wide));
        return layers.linear(path + ".2", layers.graph().multiply(hidden, gate), channels);
    }
}
