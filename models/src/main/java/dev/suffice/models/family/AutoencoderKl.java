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
import java.util.List;
import java.util.Optional;

/**
 * The autoencoder of latent diffusion (Rombach et al., 2022), as diffusers' AutoencoderKL computes it, for images of
 * any number of channels: 3 for RGB, 4 or 6 for RGB with depth. Immutable.
 *
 * <p>Network {@code vae_decoder}: {@code latents} [batch, L, h, w], already divided by {@link #scalingFactor()}, to
 * {@code sample} [batch, C, h f, w f] of about -1 to 1, f being {@link #reduction()}. Network {@code vae_encoder}:
 * {@code sample} to {@code mean} and {@code logvar} [batch, L, h, w] of a Gaussian, not yet multiplied by the scaling
 * factor. Cuts after the middle and after each block.
 */
public final class AutoencoderKl {
    private static final double EPSILON = 1e-6;

    private final Config config;
    private final Weights weights;
    private final AutoencoderConfig outside;
    private final List<Integer> channels;
    private final int layersPerBlock;
    private final int groups;
    private final boolean middleAttention;
    private final boolean quantConvolution;
    private final boolean postQuantConvolution;
    private final ResidualBlock residual;

    private AutoencoderKl(Config config, Weights weights) {
        this.config = config;
        this.weights = weights;
        this.outside = AutoencoderConfig.of(config);
        this.channels = config.sizes("block_out_channels", List.of(64));
        this.layersPerBlock = config.size("layers_per_block", 1);
        this.groups = config.size("norm_num_groups", 32);
        this.middleAttention = config.flag("mid_block_add_attention", true);
        this.quantConvolution = config.flag("use_quant_conv", true);
        this.postQuantConvolution = config.flag("use_post_quant_conv", true);
        this.residual = new ResidualBlock(groups, EPSILON, Activation.of(config, "act_fn", "silu"), false, 1);
        checkBlocks("down_block_types", "DownEncoderBlock2D");
        checkBlocks("up_block_types", "UpDecoderBlock2D");
        for (var width : channels) {
            if (width % groups != 0) {
                throw config.unsupported("block_out_channels", "multiples of norm_num_groups %d".formatted(groups));
            }
        }
    }

    /**
     * Reads {@code config.json} and the headers of the weights.
     *
     * @throws dev.suffice.models.ModelException if the folder holds no such model
     */
    public static AutoencoderKl open(Path folder) {
        var config = Config.read(folder.resolve("config.json"));
        return new AutoencoderKl(config, Weights.open(folder));
    }

    private void checkBlocks(String key, String supported) {
        var types = config.texts(key, List.of(supported));
        if (types.size() != channels.size() || types.stream().anyMatch(type -> !type.equals(supported))) {
            throw config.unsupported(key, "%s, once for each of block_out_channels %s".formatted(supported, channels));
        }
    }

    /** Where it was read from. */
    public Config config() {
        return config;
    }

    /** Its tensors. */
    public Weights weights() {
        return weights;
    }

    /** What it is like from outside. */
    public AutoencoderConfig outside() {
        return outside;
    }

    /** How many pixels, in each direction, one element of the latents stands for. */
    public int reduction() {
        return outside.reduction();
    }

    /** What latents are multiplied by, so that their standard deviation is about 1. */
    public double scalingFactor() {
        return outside.scalingFactor();
    }

    /**
     * Latents to images.
     *
     * @param height of the latents
     * @param width of the latents
     * @throws InvalidRequestException if a size is less than 1
     */
    public Network decoder(OperatorSet operators, int height, int width, Padding padding) {
        var graph = new GraphBuilder("vae_decoder", operators);
        return decoder(graph, new Layers(graph, weights, padding), height, width);
    }

    /** The same network, which also says what its layers read and make. */
    public ProbedNetwork probedDecoder(OperatorSet operators, int height, int width, Padding padding) {
        var graph = new GraphBuilder("vae_decoder", operators);
        var collector = new ProbedNetwork.Collector(graph);
        return collector.of(decoder(graph, new Layers(graph, weights, padding, collector), height, width));
    }

    private Network decoder(GraphBuilder graph, Layers ops, int height, int width) {
        checkSize(height, width, 1);
        var x = graph.input(
                "latents",
                ElementType.FLOAT32,
                new Dim.Symbol("batch", 1),
                Dim.of(outside.latentChannels()),
                Dim.of(height),
                Dim.of(width));
        if (postQuantConvolution) {
            x = ops.convolution("post_quant_conv", x, outside.latentChannels(), 1, 1);
        }
        x = ops.convolution("decoder.conv_in", x, channels.getLast(), 3, 1);
        x = middle(ops, "decoder.mid_block", x);
        graph.cut("mid_block");
        for (int i = 0; i < channels.size(); i++) {
            var path = "decoder.up_blocks." + i;
            var width1 = channels.get(channels.size() - 1 - i);
            for (int layer = 0; layer <= layersPerBlock; layer++) {
                x = residual.write(ops, path + ".resnets." + layer, x, width1, Optional.empty());
            }
            if (i < channels.size() - 1) {
                graph.scope(path + ".upsamplers.0");
                x = graph.resizeNearest(x, 2 * x.size(2), 2 * x.size(3));
                x = ops.convolution(path + ".upsamplers.0.conv", x, width1, 3, 1);
            }
            graph.cut("up_blocks." + i);
        }
        x = ops.activate(Activation.SILU, ops.groupNorm("decoder.conv_norm_out", x, groups, EPSILON));
        graph.output("sample", ops.convolution("decoder.conv_out", x, outside.outChannels(), 3, 1));
        return graph.build();
    }

    /**
     * Images to the mean and logarithm of the variance of their latents.
     *
     * @param height of the images, a multiple of {@link #reduction()}
     * @param width of the images, a multiple of {@link #reduction()}
     * @throws InvalidRequestException if a size is not such a multiple
     */
    public Network encoder(OperatorSet operators, int height, int width, Padding padding) {
        checkSize(height, width, reduction());
        var graph = new GraphBuilder("vae_encoder", operators);
        var ops = new Layers(graph, weights, padding);
        var x = graph.input(
                "sample",
                ElementType.FLOAT32,
                new Dim.Symbol("batch", 1),
                Dim.of(outside.inChannels()),
                Dim.of(height),
                Dim.of(width));
        x = ops.convolution("encoder.conv_in", x, channels.getFirst(), 3, 1);
        for (int i = 0; i < channels.size(); i++) {
            var path = "encoder.down_blocks." + i;
            for (int layer = 0; layer < layersPerBlock; layer++) {
                x = residual.write(ops, path + ".resnets." + layer, x, channels.get(i), Optional.empty());
            }
            if (i < channels.size() - 1) {
                x = ops.convolution(path + ".downsamplers.0.conv", x, channels.get(i), 3, 2, 0, 1);
            }
            graph.cut("down_blocks." + i);
        }
        x = middle(ops, "encoder.mid_block", x);
        graph.cut("mid_block");
        x = ops.activate(Activation.SILU, ops.groupNorm("encoder.conv_norm_out", x, groups, EPSILON));
        x = ops.convolution("encoder.conv_out", x, 2 * outside.latentChannels(), 3, 1);
        if (quantConvolution) {
            x = ops.convolution("quant_conv", x, 2 * outside.latentChannels(), 1, 1);
        }
        graph.scope("moments");
        graph.output("mean", graph.slice(x, 1, 0, outside.latentChannels()));
        graph.output(
                "logvar",
                graph.clamp(graph.slice(x, 1, outside.latentChannels(), 2L * outside.latentChannels()), -30, 20));
        return graph.build();
    }

    private Value middle(Layers ops, String path, Value x) {
        var width = channels.getLast();
        var first = residual.write(ops, path + ".resnets.0", x, width, Optional.empty());
        var attended = middleAttention ? attention(ops, path + ".attentions.0", first) : first;
        return residual.write(ops, path + ".resnets.1", attended, width, Optional.empty());
    }

    /** Every pixel attends to every pixel, with one head. */
    private Value attention(Layers ops, String path, Value x) {
        var graph = ops.graph();
        // Until 2023 the projections were called query, key, value and proj_attn; published files still have them.
        var old = weights.contains(path + ".query.weight");
        var width = x.size(1);
        var normal = ops.groupNorm(path + ".group_norm", x, groups, EPSILON);
        graph.scope(path);
        var tokens = ops.tokens(normal);
        var query = ops.linear(path + (old ? ".query" : ".to_q"), tokens, width);
        var key = ops.linear(path + (old ? ".key" : ".to_k"), tokens, width);
        var value = ops.linear(path + (old ? ".value" : ".to_v"), tokens, width);
        graph.scope(path);
        var context = ops.attention(query, key, value, 1, false);
        var y = ops.tokensToPixels(path + (old ? ".proj_attn" : ".to_out.0"), context, width, x.size(2), x.size(3));
        return graph.add(y, x);
    }

    private static void checkSize(int height, int width, int multiple) {
        if (height < multiple || width < multiple || height % multiple != 0 || width % multiple != 0) {
            throw new InvalidRequestException(
                    "size %dx%d: width and height must be multiples of %d".formatted(width, height, multiple));
        }
    }
}
