package dev.suffice.models.family;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.safetensors.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A small convolutional network that makes pictures larger by a fixed factor: residual blocks without normalisation (Lim et al.,
 * "Enhanced Deep Residual Networks for Single Image Super-Resolution", 2017) at the small size and a sub-pixel convolution (Shi et al.,
 * 2016), added to the bilinear enlargement. Immutable.
 *
 * <p>Network {@code upscaler}: {@code sample} [batch, C, H, W] of -1 to 1 to {@code enlarged} [batch, C, S H, S W], about -1 to 1.
 * Cuts after each block.
 */
public final class RgbdUpscaler {
    private static final int LARGEST_SCALE = 8;
    private static final int MOST_BLOCKS = 64;

    private static final String NAME = "upscaler";

    private final Config config;
    private final Weights weights;
    private final int channels;
    private final int hiddenChannels;
    private final int blocks;
    private final int scale;

    private RgbdUpscaler(Config config, Weights weights) {
        this.config = config;
        this.weights = weights;
        this.channels = config.size("channels", 4);
        this.hiddenChannels = config.size("hidden_channels", 40);
        this.blocks = config.size("num_blocks", 4);
        this.scale = config.size("scale", 4);
        if (scale < 2 || scale > LARGEST_SCALE) {
            throw config.unsupported("scale", "2 to " + LARGEST_SCALE);
        }
        if (blocks > MOST_BLOCKS) {
            throw config.unsupported("num_blocks", "at most " + MOST_BLOCKS);
        }
    }

    /**
     * The upscaler in a model's folder.
     *
     * @param model folder of the whole model; the upscaler is its folder {@code upscaler}
     * @return empty if it has none
     * @throws dev.suffice.models.ModelException if it has one that cannot be read
     */
    public static Optional<RgbdUpscaler> of(Path model) {
        var folder = model.resolve(NAME);
        return Files.isRegularFile(folder.resolve("config.json")) ? Optional.of(open(folder)) : Optional.empty();
    }

    /**
     * Reads {@code config.json} and the headers of the weights.
     *
     * @throws dev.suffice.models.ModelException if the folder holds no such model
     */
    public static RgbdUpscaler open(Path folder) {
        var config = Config.read(folder.resolve("config.json"));
        if (!config.text("_class_name", "").equals("RgbdUpscaler")) {
            throw config.unsupported("_class_name", "RgbdUpscaler");
        }
        return new RgbdUpscaler(config, Weights.open(folder));
    }

    /** Where it was read from. */
    public Config config() {
        return config;
    }

    /** Its tensors. */
    public Weights weights() {
        return weights;
    }

    /** Channels of the pictures. */
    public int channels() {
        return channels;
    }

    /** How many times as wide and as high pictures become. */
    public int scale() {
        return scale;
    }

    /**
     * Pictures to larger ones.
     *
     * @param height of the pictures
     * @param width of the pictures
     * @throws InvalidRequestException if a size is less than 1
     */
    public Network network(OperatorSet operators, int height, int width, Padding padding) {
        var graph = new GraphBuilder(NAME, operators);
        return network(new Layers(graph, weights, padding), height, width);
    }

    /** The same network, which also says what its layers read and make. */
    public ProbedNetwork probed(OperatorSet operators, int height, int width, Padding padding) {
        var graph = new GraphBuilder(NAME, operators);
        var collector = new ProbedNetwork.Collector(graph);
        return collector.of(network(new Layers(graph, weights, padding, collector), height, width));
    }

    private Network network(Layers ops, int height, int width) {
        var graph = ops.graph();
        if (height < 1 || width < 1) {
            throw new InvalidRequestException(
                    "size %dx%d: width and height must be at least 1".formatted(width, height));
        }
        var sample = graph.input(
                "sample",
                ElementType.FLOAT32,
                new Dim.Symbol("batch", 1),
                Dim.of(channels),
                Dim.of(height),
                Dim.of(width));
        var x = ops.convolution("conv_in", sample, hiddenChannels, 3, 1);
        for (int i = 0; i < blocks; i++) {
            var path = "blocks." + i;
            var branch = ops.activate(Activation.RELU, ops.convolution(path + ".conv1", x, hiddenChannels, 3, 1));
            x = graph.add(x, ops.convolution(path + ".conv2", branch, hiddenChannels, 3, 1));
            graph.cut(path);
        }
        var detail = ops.convolution("conv_out", ops.activate(Activation.RELU, x), channels * scale * scale, 3, 1);
        graph.output("enlarged", graph.add(ops.enlarge(sample, scale), graph.pixelShuffle(detail, scale)));
        return graph.build();
    }
}
