package dev.suffice.train;

import dev.suffice.train.files.AtomicFile;
import dev.suffice.train.files.Safetensors;
import dev.suffice.train.nn.AutoencoderKlConfig;
import dev.suffice.train.nn.NoiseSchedule;
import dev.suffice.train.nn.Parameters;
import dev.suffice.train.nn.UNet2DConditionConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The finished model in diffusers' folder layout for {@code StableDiffusionLDM3DPipeline}: half-precision safetensors, their
 * configurations and the scheduler's. The sentence encoder's weights and vocabulary are not in the folder;
 * {@code suffice.json} names the library that has them, and says how depth is encoded.
 */
final class ModelFolder {
    static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
    private static final String DIFFUSERS = "0.42.1";
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ModelFolder() {}

    /** A network's parameters and the values to write for them, a flat vector in their layout. */
    record Weights(Parameters parameters, Tensor flat) {}

    /** Writes the whole folder, with the upscaler if one has been trained, beside its place and swaps it in. */
    static void write(
            Path target,
            AutoencoderKlConfig vaeConfig,
            Weights vae,
            UNet2DConditionConfig unetConfig,
            Weights unet,
            SentenceEncoder.Files encoder,
            DepthEncoding depth,
            Path upscaler,
            Map<String, String> training)
            throws IOException {
        Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
        delete(partial);
        weights(partial.resolve("vae"), vae);
        json(partial.resolve("vae/config.json"), vaeConfig(vaeConfig));
        weights(partial.resolve("unet"), unet);
        json(partial.resolve("unet/config.json"), unetConfig(unetConfig));
        Upscalers.copy(upscaler, partial.resolve(Upscalers.FOLDER));
        json(partial.resolve("scheduler/scheduler_config.json"), schedulerConfig());
        tokenizer(partial.resolve("tokenizer"));
        json(partial.resolve("model_index.json"), modelIndex());
        json(partial.resolve("suffice.json"), suffice(encoder, depth, training));
        Path old = target.resolveSibling("." + target.getFileName() + ".old");
        delete(old);
        if (Files.exists(target)) {
            Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        delete(old);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            List<Path> paths;
            try (var walk = Files.walk(folder)) {
                paths = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : paths) {
                Files.delete(path);
            }
        }
    }

    static void json(Path file, ObjectNode node) throws IOException {
        AtomicFile.write(file, path -> Files.write(path, JSON.writeValueAsBytes(node)));
    }

    static void weights(Path folder, Weights weights) throws IOException {
        var entries = new ArrayList<Safetensors.Entry>();
        for (var parameter : weights.parameters().all()) {
            entries.add(new Safetensors.Entry(
                    parameter.name(),
                    Safetensors.Type.F16,
                    parameter.shape(),
                    () -> weights.parameters().read(parameter, weights.flat())));
        }
        Safetensors.write(folder.resolve(WEIGHTS), Map.of("format", "pt"), entries);
    }

    static ObjectNode vaeConfig(AutoencoderKlConfig config) {
        ObjectNode node = config("AutoencoderKL");
        node.put("act_fn", "silu");
        integers(node, "block_out_channels", config.blockOutChannels());
        strings(
                node,
                "down_block_types",
                config.blockOutChannels().stream()
                        .map(c -> "DownEncoderBlock2D")
                        .toList());
        node.put("force_upcast", false);
        node.put("in_channels", config.channels());
        node.put("latent_channels", config.latentChannels());
        node.putNull("latents_mean");
        node.putNull("latents_std");
        node.put("layers_per_block", config.layersPerBlock());
        node.put("mid_block_add_attention", false);
        node.put("norm_num_groups", config.normGroups());
        node.put("out_channels", config.channels());
        node.put("sample_size", config.sampleSize());
        node.put("scaling_factor", 1.0);
        node.putNull("shift_factor");
        strings(
                node,
                "up_block_types",
                config.blockOutChannels().stream().map(c -> "UpDecoderBlock2D").toList());
        node.put("use_post_quant_conv", true);
        node.put("use_quant_conv", true);
        return node;
    }

    static ObjectNode unetConfig(UNet2DConditionConfig config) {
        ObjectNode node = config("UNet2DConditionModel");
        node.put("act_fn", "silu");
        node.put("addition_embed_type", "text");
        node.put("addition_embed_type_num_heads", config.textPoolingHeads());
        integers(node, "attention_head_dim", config.heads());
        integers(node, "block_out_channels", config.blockOutChannels());
        node.put("center_input_sample", false);
        node.put("conv_in_kernel", 3);
        node.put("conv_out_kernel", 3);
        node.put("cross_attention_dim", config.crossAttentionDim());
        strings(
                node,
                "down_block_types",
                config.attention().stream()
                        .map(a -> a ? "CrossAttnDownBlock2D" : "DownBlock2D")
                        .toList());
        node.put("downsample_padding", 1);
        node.put("dropout", 0.0);
        node.put("dual_cross_attention", false);
        node.put("flip_sin_to_cos", true);
        node.put("freq_shift", 0);
        node.put("in_channels", config.inChannels());
        node.put("layers_per_block", config.layersPerBlock());
        node.put("mid_block_scale_factor", 1);
        node.put("mid_block_type", "UNetMidBlock2DCrossAttn");
        node.put("norm_eps", 1e-5);
        node.put("norm_num_groups", config.normGroups());
        node.putNull("num_attention_heads");
        node.put("only_cross_attention", false);
        node.put("out_channels", config.outChannels());
        node.put("resnet_time_scale_shift", "default");
        node.put("sample_size", config.sampleSize());
        node.put("time_embedding_type", "positional");
        node.put("transformer_layers_per_block", 1);
        strings(
                node,
                "up_block_types",
                config.attention().reversed().stream()
                        .map(a -> a ? "CrossAttnUpBlock2D" : "UpBlock2D")
                        .toList());
        node.put("upcast_attention", false);
        node.put("use_linear_projection", true);
        return node;
    }

    static ObjectNode schedulerConfig() {
        ObjectNode node = config("DDIMScheduler");
        node.put("beta_end", 0.02);
        node.put("beta_schedule", "squaredcos_cap_v2");
        node.put("beta_start", 0.0001);
        node.put("clip_sample", false);
        node.put("clip_sample_range", 1.0);
        node.put("dynamic_thresholding_ratio", 0.995);
        node.put("num_train_timesteps", NoiseSchedule.STEPS);
        node.put("prediction_type", "v_prediction");
        node.put("rescale_betas_zero_snr", true);
        node.put("sample_max_value", 1.0);
        node.put("set_alpha_to_one", true);
        node.put("steps_offset", 0);
        node.put("thresholding", false);
        node.put("timestep_spacing", "trailing");
        node.putNull("trained_betas");
        return node;
    }

    private static ObjectNode modelIndex() {
        ObjectNode node = config("StableDiffusionLDM3DPipeline");
        pair(node, "feature_extractor", null, null);
        pair(node, "image_encoder", null, null);
        node.put("requires_safety_checker", false);
        pair(node, "safety_checker", null, null);
        pair(node, "scheduler", "diffusers", "DDIMScheduler");
        pair(node, "text_encoder", "transformers", "BertModel");
        pair(node, "tokenizer", "transformers", "BertTokenizerFast");
        pair(node, "unet", "diffusers", "UNet2DConditionModel");
        pair(node, "vae", "diffusers", "AutoencoderKL");
        return node;
    }

    private static void pair(
            ObjectNode node,
            String name,
            @org.jspecify.annotations.Nullable String library,
            @org.jspecify.annotations.Nullable String type) {
        node.putArray(name).add(library).add(type);
    }

    private static ObjectNode suffice(
            SentenceEncoder.Files encoder, DepthEncoding depth, Map<String, String> training) {
        ObjectNode node = JSON.createObjectNode();
        node.put("name", "places");
        ObjectNode range = node.putObject("depth");
        range.put("encoding", "log");
        range.put("near", depth.near());
        range.put("far", depth.far());
        range.put("nearer_is_larger", true);
        range.put("formula", "metres = near * (far / near)^(1 - depth), depth in 0..1; 0 is far or beyond (sky)");
        ObjectNode text = node.putObject("text_encoder");
        text.put("maven", SentenceEncoder.ARTIFACT);
        text.put("version", encoder.version());
        text.put("file", SentenceEncoder.MODEL);
        text.put("sha256", encoder.modelSha256());
        text.put("tokenizer_file", SentenceEncoder.TOKENIZER);
        text.put("tokenizer_sha256", encoder.tokenizerSha256());
        text.put("output", "last_hidden_state");
        text.put("max_length", SentenceEncoder.TOKENS);
        text.put("padding", "[PAD] to max_length; the attention mask goes to the encoder, not to the U-Net");
        ObjectNode defaults = node.putObject("defaults");
        defaults.put("guidance_scale", 4.0);
        defaults.put("guidance_rescale", 0.7);
        defaults.put("steps", 25);
        defaults.put("policy", "skip=0.1");
        defaults.put("width", 128);
        defaults.put("height", 128);
        defaults.put("panorama_width", 256);
        defaults.put("panorama_height", 128);
        defaults.put("panorama_enlarge", true);
        ObjectNode how = node.putObject("training");
        training.forEach(how::put);
        return node;
    }

    /** How the tokenizer is used; its vocabulary comes with the encoder. */
    private static void tokenizer(Path folder) throws IOException {
        ObjectNode node = JSON.createObjectNode();
        node.put("tokenizer_class", "BertTokenizerFast");
        node.put("do_lower_case", true);
        node.put("model_max_length", SentenceEncoder.TOKENS);
        ObjectNode special = JSON.createObjectNode();
        special.put("cls_token", "[CLS]");
        special.put("mask_token", "[MASK]");
        special.put("pad_token", "[PAD]");
        special.put("sep_token", "[SEP]");
        special.put("unk_token", "[UNK]");
        node.setAll(special);
        json(folder.resolve("tokenizer_config.json"), node);
        json(folder.resolve("special_tokens_map.json"), special);
    }

    private static ObjectNode config(String className) {
        ObjectNode node = JSON.createObjectNode();
        node.put("_class_name", className);
        node.put("_diffusers_version", DIFFUSERS);
        return node;
    }

    private static void integers(ObjectNode node, String name, List<Integer> values) {
        var array = node.putArray(name);
        values.forEach(array::add);
    }

    private static void strings(ObjectNode node, String name, List<String> values) {
        var array = node.putArray(name);
        values.forEach(array::add);
    }
}
