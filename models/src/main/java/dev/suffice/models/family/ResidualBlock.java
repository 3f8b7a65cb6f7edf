package dev.suffice.models.family;

import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.Value;
import java.util.Optional;

/**
 * Two convolutions with a skip connection, the block that both U-Net and autoencoder are made of (ResnetBlock2D).
 *
 * @param groups of the group norms
 * @param epsilon of the group norms
 * @param activation before each convolution
 * @param scaleShift whether the timestep scales and shifts the second normalisation, instead of being added before it
 * @param outputScale the sum is divided by it
 */
record ResidualBlock(int groups, double epsilon, Activation activation, boolean scaleShift, double outputScale) {
    /**
     * @param activated the activated timestep embedding [N, E], if the block has one
     */
    Value write(Layers layers, String path, Value x, int channels, Optional<Value> activated) {
        var graph = layers.graph();
        var first = layers.convolution(path + ".conv1", normalised(layers, path + ".norm1", x), channels, 3, 1);
        var timed = activated.map(embedding -> perChannel(
                layers, layers.linear(path + ".time_emb_proj", embedding, scaleShift ? 2L * channels : channels)));
        Value hidden;
        if (timed.isEmpty()) {
            hidden = normalised(layers, path + ".norm2", first);
        } else if (scaleShift) {
            var normal = layers.groupNorm(path + ".norm2", first, groups, epsilon);
            var scale = graph.add(graph.slice(timed.get(), 1, 0, channels), graph.scalar(1));
            var shift = graph.slice(timed.get(), 1, channels, 2L * channels);
            hidden = layers.activate(activation, graph.add(graph.multiply(normal, scale), shift));
        } else {
            hidden = normalised(layers, path + ".norm2", graph.add(first, timed.get()));
        }
        var skip = x.size(1) == channels ? x : layers.convolution(path + ".conv_shortcut", x, channels, 1, 1);
        var second = layers.convolution(path + ".conv2", hidden, channels, 3, 1);
        return layers.scale(graph.add(second, skip), 1 / outputScale);
    }

    private Value normalised(Layers layers, String path, Value x) {
        return layers.activate(activation, layers.groupNorm(path, x, groups, epsilon));
    }

    private static Value perChannel(Layers layers, Value x) {
        return layers.graph().reshape(x, x.dim(0), x.dim(1), Dim.of(1), Dim.of(1));
    }
}
