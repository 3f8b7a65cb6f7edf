package dev.suffice.models.family;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.onnx.Value;
import dev.suffice.models.safetensors.Weights;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The denoising U-Net of latent diffusion (Rombach et al., 2022), as diffusers' UNet2DConditionModel computes it: Stable
 * Diffusion 1.x and 2.x, LDM3D and their super-resolution models. Immutable.
 *
 * <p>Network {@code unet}: {@code sample} [batch, C, h, w], {@code timestep} [batch], {@code encoder_hidden_states}
 * [batch, tokens, T] to {@code noise_pred} [batch, C', h, w]. Models with class labels also take {@code class_labels},
 * INT64 [batch] for a table, otherwise FLOAT32 [batch] or [batch, size]; guidance-distilled ones {@code timestep_cond}
 * [batch, size]. Cuts: {@code text}, before which is only what depends on the text and is the same at every step; {@code
 * conv_in}, {@code down_blocks.0} ..., {@code mid_block}, {@code up_blocks.0} ..., and within
 * the blocks after each layer: {@code down_blocks.0.layers.0} ...
 */
public final class UNet2DCondition {
    /** The cut after what depends on the text alone. */
    public static final String TEXT = "text";

    private static final double MAX_PERIOD = 10_000;
    private static final double NORM_EPSILON = 1e-5;

    private final Config source;
    private final UNetConfig config;
    private final Weights weights;

    private UNet2DCondition(Config source, Weights weights) {
        this.source = source;
        this.config = UNetConfig.of(source);
        this.weights = weights;
    }

    /**
     * Reads {@code config.json} and the headers of the weights.
     *
     * @throws dev.suffice.models.ModelException if the folder holds no such model, or one that is not supported
     */
    public static UNet2DCondition open(Path folder) {
        var source = Config.read(folder.resolve("config.json"));
        return new UNet2DCondition(source, Weights.open(folder));
    }

    /** What it is built from. */
    public UNetConfig config() {
        return config;
    }

    /** Where that was read from. */
    public Config source() {
        return source;
    }

    /** Its tensors. */
    public Weights weights() {
        return weights;
    }

    /**
     * The cuts around the blocks below the highest resolution.
     *
     * @param from name of the cut in front of them
     * @param to name of the cut behind them
     */
    public record DeepCuts(String from, String to) {}

    /** What feature reuse leaves out; empty for a network of one resolution. */
    public Optional<DeepCuts> deepCuts() {
        int levels = config.channels().size();
        return levels < 2 ? Optional.empty() : Optional.of(new DeepCuts("down_blocks.0", "up_blocks." + (levels - 2)));
    }

    /**
     * Writes the network.
     *
     * @param height of the latents
     * @param width of the latents
     * @param tokens length of the text encodings
     * @throws InvalidRequestException if a size is less than 1
     * @throws dev.suffice.models.ModelException if a tensor is missing or does not fit the configuration
     */
    public Network network(OperatorSet operators, int height, int width, int tokens, Padding padding) {
        checkSize(height, width, tokens);
        var graph = new GraphBuilder("unet", operators);
        return new Writer(graph, new Layers(graph, weights, padding)).write(height, width, tokens);
    }

    /** The same network, which also says what its layers read and make. */
    public ProbedNetwork probed(OperatorSet operators, int height, int width, int tokens, Padding padding) {
        checkSize(height, width, tokens);
        var graph = new GraphBuilder("unet", operators);
        var collector = new ProbedNetwork.Collector(graph);
        return collector.of(
                new Writer(graph, new Layers(graph, weights, padding, collector)).write(height, width, tokens));
    }

    private static void checkSize(int height, int width, int tokens) {
        if (height < 1 || width < 1 || tokens < 1) {
            throw new InvalidRequestException(
                    "latents %dx%d, %d tokens: all must be at least 1".formatted(width, height, tokens));
        }
    }

    /** The network while it is written: what every block needs to see. */
    private final class Writer {
        private final Dim batch = new Dim.Symbol("batch", 1);
        private final GraphBuilder graph;
        private final Layers layers;
        private final ResidualBlock residual =
                new ResidualBlock(config.groups(), config.epsilon(), config.activation(), config.scaleShift(), 1);

        Writer(GraphBuilder graph, Layers layers) {
            this.graph = graph;
            this.layers = layers;
        }

        Network write(int height, int width, int tokens) {
            var sample = graph.input(
                    "sample", ElementType.FLOAT32, batch, Dim.of(config.inChannels()), Dim.of(height), Dim.of(width));
            var timestep = graph.input("timestep", ElementType.FLOAT32, batch);
            var states = graph.input(
                    "encoder_hidden_states", ElementType.FLOAT32, batch, Dim.of(tokens), Dim.of(config.promptSize()));
            var time = Optional.of(layers.activate(config.activation(), timeEmbedding(timestep, states)));
            graph.cutEarly(TEXT);
            var text = config.textProjection().isPresent()
                    ? graph.early(() -> layers.linear("encoder_hid_proj", states, config.textSize()))
                    : states;
            graph.scope("input");
            var centred = config.centerInput()
                    ? graph.subtract(graph.multiply(sample, graph.scalar(2)), graph.scalar(1))
                    : sample;
            var x = layers.convolution("conv_in", centred, config.channels().getFirst(), config.inKernel(), 1);
            graph.cut("conv_in");
            var skips = new ArrayDeque<Value>();
            skips.push(x);
            for (int i = 0; i < config.channels().size(); i++) {
                x = down(i, x, time, text, skips);
                graph.cut("down_blocks." + i);
            }
            if (config.middle() != UNetConfig.Middle.NONE) {
                x = middle(x, time, text);
                graph.cut("mid_block");
            }
            for (int i = 0; i < config.channels().size(); i++) {
                x = up(i, x, time, text, skips);
                graph.cut("up_blocks." + i);
            }
            x = layers.groupNorm("conv_norm_out", x, config.groups(), config.epsilon());
            x = layers.activate(config.activation(), x);
            graph.output("noise_pred", layers.convolution("conv_out", x, config.outChannels(), config.outKernel(), 1));
            return graph.build();
        }

        private Value down(int i, Value input, Optional<Value> time, Value text, Deque<Value> skips) {
            var path = "down_blocks." + i;
            var channels = config.channels().get(i);
            var x = input;
            for (int layer = 0; layer < config.layers().get(i); layer++) {
                x = residual.write(layers, path + ".resnets." + layer, x, channels, time);
                if (config.downAttention().get(i)) {
                    var transformer =
                            transformer(i, config.transformers().get(i).get(layer));
                    x = transformer.write(layers, path + ".attentions." + layer, x, text);
                }
                skips.push(x);
                graph.cut(path + ".layers." + layer);
            }
            if (i < config.channels().size() - 1) {
                var before = config.downsamplePadding();
                x = layers.convolution(path + ".downsamplers.0.conv", x, channels, 3, 2, before, 1);
                skips.push(x);
            }
            return x;
        }

        private Value middle(Value x, Optional<Value> time, Value text) {
            var channels = config.channels().getLast();
            var last = config.channels().size() - 1;
            var scaled = new ResidualBlock(
                    config.groups(), config.epsilon(), config.activation(), config.scaleShift(), config.middleScale());
            var first = scaled.write(layers, "mid_block.resnets.0", x, channels, time);
            if (config.middle() == UNetConfig.Middle.RESIDUAL) {
                return first;
            }
            var blocks = config.transformers().get(last).getFirst();
            var attended = new TransformerBlocks(blocks, config.heads().get(last), config.groups(), false)
                    .write(layers, "mid_block.attentions.0", first, text);
            return scaled.write(layers, "mid_block.resnets.1", attended, channels, time);
        }

        private Value up(int i, Value input, Optional<Value> time, Value text, Deque<Value> skips) {
            var path = "up_blocks." + i;
            var mirrored = config.channels().size() - 1 - i;
            var channels = config.channels().get(mirrored);
            var x = input;
            for (int layer = 0; layer <= config.layers().get(mirrored); layer++) {
                graph.scope(path + ".resnets." + layer);
                x = graph.concat(1, x, skips.pop());
                x = residual.write(layers, path + ".resnets." + layer, x, channels, time);
                if (config.upAttention().get(i)) {
                    var transformer =
                            transformer(mirrored, config.upTransformers().get(i).get(layer));
                    x = transformer.write(layers, path + ".attentions." + layer, x, text);
                }
                graph.cut(path + ".layers." + layer);
            }
            if (mirrored > 0) {
                // Where a size was odd on the way down, twice the half is one too many: the skip connection decides.
                var skip = skips.element();
                graph.scope(path + ".upsamplers.0");
                x = graph.resizeNearest(x, skip.size(2), skip.size(3));
                x = layers.convolution(path + ".upsamplers.0.conv", x, channels, 3, 1);
            }
            return x;
        }

        private TransformerBlocks transformer(int block, int count) {
            return new TransformerBlocks(
                    count,
                    config.heads().get(block),
                    config.groups(),
                    config.onlyCrossAttention().get(block));
        }

        private Value timeEmbedding(Value timestep, Value states) {
            graph.scope("time_proj");
            var encoded = sinusoids(timestep);
            if (config.timeCondition().isPresent()) {
                var size = config.timeCondition().get();
                var condition = graph.input("timestep_cond", ElementType.FLOAT32, batch, Dim.of(size));
                var projected = layers.linear("time_embedding.cond_proj", condition, encoded.size(1));
                encoded = graph.add(encoded, projected);
            }
            var time = embedding("time_embedding", encoded, config.activation());
            if (config.timePostActivation().isPresent()) {
                time = layers.activate(config.timePostActivation().get(), time);
            }
            var labels = classEmbedding();
            if (labels.isPresent()) {
                time = config.classConcatenated() ? graph.concat(1, time, labels.get()) : graph.add(time, labels.get());
            }
            if (config.textPoolingHeads().isPresent()) {
                var heads = config.textPoolingHeads().get();
                time = graph.add(time, graph.early(() -> pooledText(states, heads)));
            }
            return config.timeActivation().isPresent()
                    ? layers.activate(config.timeActivation().get(), time)
                    : time;
        }

        /** The text in one vector: its mean asks, all of its tokens and the mean answer. */
        private Value pooledText(Value states, int heads) {
            var size = states.size(-1);
            var x = layers.layerNorm("add_embedding.norm1", states, NORM_EPSILON);
            var path = "add_embedding.pool";
            graph.scope(path);
            var position = layers.weightAs(path + ".positional_embedding", List.of(1L, size), 1, 1, size);
            var mean = graph.add(graph.mean(x, 1), position);
            var tokens = graph.concat(1, mean, x);
            var query = layers.linear(path + ".q_proj", mean, size);
            var key = layers.linear(path + ".k_proj", tokens, size);
            var value = layers.linear(path + ".v_proj", tokens, size);
            graph.scope(path);
            var pooled = graph.reshape(layers.attention(query, key, value, heads, false), batch, Dim.of(size));
            return layers.layerNorm(
                    "add_embedding.norm2",
                    layers.linear("add_embedding.proj", pooled, config.timeSize()),
                    NORM_EPSILON);
        }

        private Value embedding(String path, Value x, Activation activation) {
            var wide = layers.activate(activation, layers.linear(path + ".linear_1", x, config.timeSize()));
            return layers.linear(path + ".linear_2", wide, config.timeSize());
        }

        private Optional<Value> classEmbedding() {
            var path = "class_embedding";
            graph.scope(path);
            return switch (config.classes()) {
                case UNetConfig.ClassLabels.None _ -> Optional.empty();
                case UNetConfig.ClassLabels.Table(var count) -> {
                    var labels = graph.input("class_labels", ElementType.INT64, batch);
                    yield Optional.of(graph.gather(layers.weight(path + ".weight", count, config.timeSize()), labels));
                }
                case UNetConfig.ClassLabels.Timestep _ -> {
                    var labels = graph.input("class_labels", ElementType.FLOAT32, batch);
                    yield Optional.of(embedding(path, sinusoids(labels), config.activation()));
                }
                case UNetConfig.ClassLabels.Identity _ -> Optional.of(vectors(config.timeSize()));
                case UNetConfig.ClassLabels.Projection(var size) ->
                    Optional.of(embedding(path, vectors(size), Activation.SILU));
                case UNetConfig.ClassLabels.SimpleProjection(var size) ->
                    Optional.of(layers.linear(path, vectors(size), config.timeSize()));
            };
        }

        private Value vectors(int size) {
            return graph.input("class_labels", ElementType.FLOAT32, batch, Dim.of(size));
        }

        /** cos and sin of t 10000^(-i / (half - shift)), i = 0 .. half - 1 (Ho et al., 2020). */
        private Value sinusoids(Value timestep) {
            var half = config.channels().getFirst() / 2;
            var frequencies = new float[half];
            for (int i = 0; i < half; i++) {
                var exponent = (float) -Math.log(MAX_PERIOD) * i / (float) (half - config.frequencyShift());
                frequencies[i] = (float) Math.exp(exponent);
            }
            var column = graph.reshape(timestep, batch, Dim.of(1));
            var angles = graph.multiply(column, graph.floats(frequencies, 1, half));
            var sine = graph.unary("Sin", angles);
            var cosine = graph.unary("Cos", angles);
            return config.flipSinToCos() ? graph.concat(1, cosine, sine) : graph.concat(1, sine, cosine);
        }
    }
}
