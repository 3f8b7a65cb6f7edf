package dev.suffice.models.family;

import dev.suffice.models.folder.Config;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * What diffusers' UNet2DConditionModel is built from, read from its {@code config.json}.
 *
 * @param inChannels of the latents given
 * @param outChannels of the prediction
 * @param centerInput whether the input x becomes 2 x - 1
 * @param channels of each down block; the up blocks have them in reverse
 * @param downAttention whether each down block has cross-attention
 * @param upAttention whether each up block has cross-attention
 * @param middle the block at the lowest resolution
 * @param layers residual blocks of each down block; an up block has one more
 * @param transformers transformer blocks after each residual block, for each down block
 * @param upTransformers the same for each up block
 * @param heads attention heads of each down block
 * @param onlyCrossAttention whether a block's first attention looks at the text as well
 * @param textSize length of a text encoding vector
 * @param textProjection length of the vectors that a projection makes of them first
 * @param downsamplePadding 1, or 0 for the asymmetric one
 * @param middleScale outputs of the middle's residual blocks are divided by it
 * @param activation of the residual blocks
 * @param groups of the group norms
 * @param epsilon of the group norms
 * @param scaleShift whether timesteps scale and shift normalised values
 * @param flipSinToCos whether cosines come first in a timestep's encoding
 * @param frequencyShift of a timestep's encoding
 * @param timeSize length of the timestep embedding
 * @param timeActivation applied to the timestep embedding at the end
 * @param timePostActivation applied after its second linear layer
 * @param timeCondition length of a vector that is projected and added to a timestep's encoding (guidance-distilled models)
 * @param classes what class labels are
 * @param classConcatenated whether class embeddings are put behind the timestep embedding instead of added
 * @param textPoolingHeads heads of the attention that pools the text into a vector that is added to the timestep embedding
 * @param inKernel of the first convolution
 * @param outKernel of the last convolution
 */
public record UNetConfig(
        int inChannels,
        int outChannels,
        boolean centerInput,
        List<Integer> channels,
        List<Boolean> downAttention,
        List<Boolean> upAttention,
        Middle middle,
        List<Integer> layers,
        List<List<Integer>> transformers,
        List<List<Integer>> upTransformers,
        List<Integer> heads,
        List<Boolean> onlyCrossAttention,
        int textSize,
        Optional<Integer> textProjection,
        int downsamplePadding,
        double middleScale,
        Activation activation,
        int groups,
        double epsilon,
        boolean scaleShift,
        boolean flipSinToCos,
        double frequencyShift,
        int timeSize,
        Optional<Activation> timeActivation,
        Optional<Activation> timePostActivation,
        Optional<Integer> timeCondition,
        ClassLabels classes,
        boolean classConcatenated,
        Optional<Integer> textPoolingHeads,
        int inKernel,
        int outKernel) {

    /** Length of the text encoding vectors it takes. */
    public int promptSize() {
        return textProjection.orElse(textSize);
    }

    /** The block at the lowest resolution. */
    public enum Middle {
        /** Residual, transformer, residual. */
        CROSS_ATTENTION,
        /** One residual block. */
        RESIDUAL,
        /** Nothing. */
        NONE
    }

    /** What the class labels of a U-Net are. */
    public sealed interface ClassLabels {
        /** It has none. */
        record None() implements ClassLabels {}

        /**
         * INT64 numbers of rows in a table; the noise level of a super-resolution model is one.
         *
         * @param count rows of the table
         */
        record Table(int count) implements ClassLabels {}

        /** Numbers that are encoded like timesteps. */
        record Timestep() implements ClassLabels {}

        /** Vectors of the timestep embedding's length, taken as they are. */
        record Identity() implements ClassLabels {}

        /**
         * Vectors that two linear layers project.
         *
         * @param size of a vector
         */
        record Projection(int size) implements ClassLabels {}

        /**
         * Vectors that one linear layer projects.
         *
         * @param size of a vector
         */
        record SimpleProjection(int size) implements ClassLabels {}
    }

    /** The second is how Optimum calls what it has exported. */
    private static final List<String> CLASSES = List.of("UNet2DConditionModel", "ORTUnet");

    private static final List<String> DOWN = List.of("DownBlock2D", "CrossAttnDownBlock2D");
    private static final List<String> UP = List.of("UpBlock2D", "CrossAttnUpBlock2D");

    /**
     * Reads and checks it.
     *
     * @throws dev.suffice.models.ModelException naming the key whose value is not supported
     */
    public static UNetConfig of(Config config) {
        if (!CLASSES.contains(config.text("_class_name", CLASSES.getFirst()))) {
            throw config.unsupported("_class_name", CLASSES.getFirst());
        }
        var channels = config.sizes("block_out_channels", List.of(320, 640, 1280, 1280));
        var blocks = channels.size();
        var layers = config.sizePerBlock("layers_per_block", 2, blocks);
        var transformers =
                transformers(config, "transformer_layers_per_block", layers, 0).orElseGet(() -> ones(layers));
        var upTransformers = transformers(config, "reverse_transformer_layers_per_block", layers.reversed(), 1)
                .orElseGet(() -> reversed(config, transformers));
        refuse(config);
        var scaleShift = config.text("resnet_time_scale_shift", "default");
        if (!scaleShift.equals("default") && !scaleShift.equals("scale_shift")) {
            throw config.unsupported("resnet_time_scale_shift", "default or scale_shift");
        }
        var padding = config.integer("downsample_padding", 1);
        if (padding != 0 && padding != 1) {
            throw config.unsupported("downsample_padding", "0 or 1");
        }
        var parsed = new UNetConfig(
                config.size("in_channels", 4),
                config.size("out_channels", 4),
                config.flag("center_input_sample", false),
                channels,
                attention(config, "down_block_types", DOWN, List.of(true, true, true, false), blocks),
                attention(config, "up_block_types", UP, List.of(false, true, true, true), blocks),
                middle(config),
                layers,
                transformers,
                upTransformers,
                // The published configurations call the number of heads attention_head_dim.
                config.find("num_attention_heads").isPresent()
                        ? config.sizePerBlock("num_attention_heads", 8, blocks)
                        : config.sizePerBlock("attention_head_dim", 8, blocks),
                config.flagPerBlock("only_cross_attention", false, blocks),
                config.sizePerBlock("cross_attention_dim", 1280, blocks).getFirst(),
                textProjection(config),
                padding,
                config.number("mid_block_scale_factor", 1),
                Activation.of(config, "act_fn", "silu"),
                config.size("norm_num_groups", 32),
                config.number("norm_eps", 1e-5),
                scaleShift.equals("scale_shift"),
                config.flag("flip_sin_to_cos", true),
                config.number("freq_shift", 0),
                config.size("time_embedding_dim", 4 * channels.getFirst()),
                activation(config, "time_embedding_act_fn"),
                activation(config, "timestep_post_act"),
                config.find("time_cond_proj_dim").map(_ -> config.size("time_cond_proj_dim")),
                classes(config),
                config.flag("class_embeddings_concat", false),
                textPooling(config),
                config.size("conv_in_kernel", 3),
                config.size("conv_out_kernel", 3));
        parsed.check(config);
        return parsed;
    }

    private void check(Config config) {
        for (int i = 0; i < channels.size(); i++) {
            if (channels.get(i) % groups != 0) {
                throw config.unsupported("block_out_channels", "multiples of norm_num_groups %d".formatted(groups));
            }
            if (channels.get(i) % heads.get(i) != 0) {
                throw config.unsupported(
                        config.find("num_attention_heads").isPresent() ? "num_attention_heads" : "attention_head_dim",
                        "divisors of block_out_channels %s".formatted(channels));
            }
        }
        if (channels.getFirst() % 2 != 0) {
            throw config.unsupported("block_out_channels", "even numbers");
        }
        var pooled = textProjection.orElse(textSize);
        if (textPoolingHeads.isPresent() && pooled % textPoolingHeads.get() != 0) {
            throw config.unsupported(
                    "addition_embed_type_num_heads",
                    "a divisor of the text size %d, which %d is not".formatted(pooled, textPoolingHeads.get()));
        }
        if (textPoolingHeads.isPresent() && classConcatenated) {
            throw config.unsupported("class_embeddings_concat", "false where there is addition_embed_type");
        }
        if (inKernel % 2 == 0) {
            throw config.unsupported("conv_in_kernel", "odd");
        }
        if (outKernel % 2 == 0) {
            throw config.unsupported("conv_out_kernel", "odd");
        }
    }

    private static void refuse(Config config) {
        refuseOther(config, "dual_cross_attention", "false");
        refuseOther(config, "attention_type", "default");
        refuseOther(config, "time_embedding_type", "positional");
        if (config.find("cross_attention_norm").isPresent()) {
            throw config.unsupported("cross_attention_norm", "null");
        }
        if (config.json().has("norm_num_groups")
                && config.json().get("norm_num_groups").isNull()) {
            throw config.unsupported("norm_num_groups", "a number");
        }
    }

    private static void refuseOther(Config config, String key, String supported) {
        var value = config.find(key).map(JsonNode::asString).orElse(supported);
        if (!value.equals(supported)) {
            throw config.unsupported(key, supported);
        }
    }

    private static List<Boolean> attention(
            Config config, String key, List<String> names, List<Boolean> otherwise, int blocks) {
        var types = config.texts(
                key, otherwise.stream().map(cross -> names.get(cross ? 1 : 0)).toList());
        if (types.size() != blocks) {
            throw config.unsupported(key, "a list of %d, one for each of block_out_channels".formatted(blocks));
        }
        if (!names.containsAll(types)) {
            throw config.unsupported(key, "of %s".formatted(String.join(" and ", names)));
        }
        return types.stream().map(names.get(1)::equals).toList();
    }

    private static Middle middle(Config config) {
        if (config.json().has("mid_block_type")
                && config.json().get("mid_block_type").isNull()) {
            return Middle.NONE;
        }
        return switch (config.text("mid_block_type", "UNetMidBlock2DCrossAttn")) {
            case "UNetMidBlock2DCrossAttn" -> Middle.CROSS_ATTENTION;
            case "UNetMidBlock2D" -> Middle.RESIDUAL;
            default -> throw config.unsupported("mid_block_type", "UNetMidBlock2DCrossAttn, UNetMidBlock2D or null");
        };
    }

    /** One number for all, one for each block, or for each block one for each of its residual blocks. */
    private static Optional<List<List<Integer>>> transformers(
            Config config, String key, List<Integer> layers, int extra) {
        return config.find(key).map(node -> {
            if (node.isArray() && node.size() == layers.size() && anyList(node)) {
                var lists = new ArrayList<List<Integer>>();
                for (int i = 0; i < layers.size(); i++) {
                    lists.add(perLayer(config, key, node.get(i), layers.get(i) + extra));
                }
                return lists;
            }
            var numbers = config.sizePerBlock(key, 1, layers.size());
            var lists = new ArrayList<List<Integer>>();
            for (int i = 0; i < layers.size(); i++) {
                lists.add(Collections.nCopies(layers.get(i) + extra, numbers.get(i)));
            }
            return lists;
        });
    }

    private static boolean anyList(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false).anyMatch(JsonNode::isArray);
    }

    private static List<Integer> perLayer(Config config, String key, JsonNode node, int count) {
        var values = node.isArray()
                ? StreamSupport.stream(node.spliterator(), false)
                        .map(JsonNode::asInt)
                        .toList()
                : Collections.nCopies(count, node.asInt(0));
        if (values.size() < count || values.stream().anyMatch(value -> value < 1 || value > 1000)) {
            throw config.unsupported(key, "numbers from 1 to 1000, %d for this block".formatted(count));
        }
        return values;
    }

    private static List<List<Integer>> ones(List<Integer> layers) {
        return layers.stream().map(count -> Collections.nCopies(count, 1)).toList();
    }

    private static List<List<Integer>> reversed(Config config, List<List<Integer>> transformers) {
        return transformers.reversed().stream()
                .map(list -> {
                    if (list.stream().distinct().count() > 1) {
                        throw config.missing(
                                "reverse_transformer_layers_per_block",
                                "given where transformer_layers_per_block differs within a block");
                    }
                    return Collections.nCopies(list.size() + 1, list.getFirst());
                })
                .toList();
    }

    private static Optional<Integer> textProjection(Config config) {
        var type = config.text("encoder_hid_dim_type");
        if (config.find("encoder_hid_dim").isEmpty()) {
            if (type.isPresent()) {
                throw config.missing("encoder_hid_dim", "a size, where there is encoder_hid_dim_type");
            }
            return Optional.empty();
        }
        if (type.isPresent() && !type.get().equals("text_proj")) {
            throw config.unsupported("encoder_hid_dim_type", "text_proj or null");
        }
        return Optional.of(config.size("encoder_hid_dim"));
    }

    private static Optional<Integer> textPooling(Config config) {
        var type = config.text("addition_embed_type");
        if (type.isPresent() && !type.get().equals("text")) {
            throw config.unsupported("addition_embed_type", "text or null");
        }
        return type.map(_ -> config.size("addition_embed_type_num_heads", 64));
    }

    private static Optional<Activation> activation(Config config, String key) {
        return config.find(key).map(_ -> Activation.of(config, key, ""));
    }

    private static ClassLabels classes(Config config) {
        var type = config.text("class_embed_type");
        if (type.isEmpty()) {
            return config.find("num_class_embeds").isPresent()
                    ? new ClassLabels.Table(config.size("num_class_embeds"))
                    : new ClassLabels.None();
        }
        return switch (type.get()) {
            case "timestep" -> new ClassLabels.Timestep();
            case "identity" -> new ClassLabels.Identity();
            case "projection" -> new ClassLabels.Projection(config.size("projection_class_embeddings_input_dim"));
            case "simple_projection" ->
                new ClassLabels.SimpleProjection(config.size("projection_class_embeddings_input_dim"));
            default ->
                throw config.unsupported(
                        "class_embed_type", "null, timestep, identity, projection or simple_projection");
        };
    }
}
