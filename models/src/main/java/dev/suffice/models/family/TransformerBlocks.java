package dev.suffice.models.family;

import dev.suffice.models.onnx.GraphBuilder.Normalised;
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
        var states = new Normalised(layers.layerNorm(norm(path, 0, 1), tokens, BLOCK_EPSILON), tokens);
        for (int i = 0; i < blocks - 1; i++) {
            states = block(layers, path, i, states, text);
            var last = feedForward(layers, path, i, states.value());
            states = layers.linearAddNorm(output(path, i), last, states.sum(), norm(path, i + 1, 1), BLOCK_EPSILON);
        }
        states = block(layers, path, blocks - 1, states, text);
        var last = layers.linear(
                output(path, blocks - 1), feedForward(layers, path, blocks - 1, states.value()), x.size(1));
        tokens = graph.add(last, states.sum());
        var y = layers.tokensToPixels(path + ".proj_out", tokens, x.size(1), x.size(2), x.size(3));
        return graph.add(y, x);
    }

    /** The two attentions of a block, from its first normalisation to its third. */
    private Normalised block(Layers layers, String path, int i, Normalised first, Value text) {
        var block = path + ".transformer_blocks." + i;
        var self = onlyCrossAttention
                ? textAttention(layers, block + ".attn1", first.value(), text)
                : selfAttention(layers, block + ".attn1", first.value());
        var second =
                layers.linearAddNorm(block + ".attn1.to_out.0", self, first.sum(), norm(path, i, 2), BLOCK_EPSILON);
        var cross = textAttention(layers, block + ".attn2", second.value(), text);
        return layers.linearAddNorm(block + ".attn2.to_out.0", cross, second.sum(), norm(path, i, 3), BLOCK_EPSILON);
    }

    private static String norm(String path, int i, int number) {
        return "%s.transformer_blocks.%d.norm%d".formatted(path, i, number);
    }

    private static String output(String path, int i) {
        return "%s.transformer_blocks.%d.ff.net.2".formatted(path, i);
    }

    private Value selfAttention(Layers layers, String path, Value x) {
        var query = layers.linear(path + ".to_q", x, x.size(-1));
        var key = layers.linear(path + ".to_k", x, x.size(-1));
        var value = layers.linear(path + ".to_v", x, x.size(-1));
        layers.graph().scope(path);
        return layers.attention(query, key, value, heads, false);
    }

    /** Keys and values of a text are the same at every step, so they come first in the network. */
    private Value textAttention(Layers layers, String path, Value x, Value text) {
        var graph = layers.graph();
        var query = layers.linear(path + ".to_q", x, x.size(-1));
        var key = graph.early(() -> layers.linear(path + ".to_k", text, x.size(-1)));
        var value = graph.early(() -> layers.linear(path + ".to_v", text, x.size(-1)));
        graph.scope(path);
        return layers.attention(query, key, value, heads, false);
    }

    /** GEGLU (Shazeer, 2020) without its last layer: half of the projection times GELU of the other half. */
    private static Value feedForward(Layers layers, String path, int i, Value x) {
        var projection = "%s.transformer_blocks.%d.ff.net.0.proj".formatted(path, i);
        var wide = 4 * x.size(-1);
        var halves = layers.linearHalves(projection, x, 2 * wide);
        return layers.graph().multiply(halves.getFirst(), layers.activate(Activation.GELU, halves.getLast()));
    }
}
