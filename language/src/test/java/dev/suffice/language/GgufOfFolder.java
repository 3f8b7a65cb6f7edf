package dev.suffice.language;

import dev.suffice.models.folder.Config;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.StoredTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Puts a small model of a folder into a GGUF file as llama.cpp's converter does it: names as in the tables of the package gguf, in single precision; rows of queries and keys interleaved for
 * Llama and SmolLM3, 1 added to Gemma's normalisations, factors of rotary embeddings as tensors. The tokenizer has to be one of bytes that cuts words as GPT-2 does.
 */
@SuppressWarnings("ByteBufferBackingArray") // all buffers are allocated here
final class GgufOfFolder {
    private static final int ALIGNMENT = 32;
    private static final int WHOLE = 4;
    private static final int NUMBER = 6;
    private static final int WHOLE_SIGNED = 5;
    private static final int TEXT = 8;
    private static final int LIST = 9;

    private static final Map<String, String> ARCHITECTURES = Map.of(
            "llama", "llama",
            "qwen2", "qwen2",
            "qwen3", "qwen3",
            "gemma3_text", "gemma3",
            "phi3", "phi3",
            "smollm3", "smollm3");

    private static final Map<String, String> WHOLE_MODEL = Map.of(
            "model.embed_tokens", "token_embd",
            "model.norm", "output_norm",
            "lm_head", "output");

    private static final Map<String, String> LAYER = Map.ofEntries(
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.qkv_proj", "attn_qkv"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.gate_up_proj", "ffn_up"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"));

    private static final Map<String, String> GEMMA = Map.of(
            "post_attention_layernorm", "post_attention_norm",
            "pre_feedforward_layernorm", "ffn_norm",
            "post_feedforward_layernorm", "post_ffw_norm");

    private final Config config;
    private final String architecture;
    private final Map<String, float[]> tensors = new TreeMap<>();
    private final Map<String, long[]> shapes = new TreeMap<>();
    private final ByteArrayOutputStream pairs = new ByteArrayOutputStream();
    private int pairCount;

    private GgufOfFolder(Path folder) {
        this.config = Config.read(folder.resolve("config.json"));
        this.architecture = ARCHITECTURES.getOrDefault(config.text("model_type", ""), "");
        SafetensorsFile.read(folder.resolve("model.safetensors")).tensors().forEach(this::add);
        describe();
        tokenizer(folder);
    }

    /** Whether there is such an architecture. */
    static boolean knows(Path folder) {
        return ARCHITECTURES.containsKey(
                Config.read(folder.resolve("config.json")).text("model_type", ""));
    }

    /** Writes the file. */
    static void write(Path folder, Path file) throws IOException {
        Files.write(file, new GgufOfFolder(folder).bytes());
    }

    private boolean gemma() {
        return architecture.equals("gemma3");
    }

    private JsonNode rope() {
        var parameters = config.json().path("rope_parameters");
        return parameters.has("full_attention") ? parameters.path("full_attention") : parameters;
    }

    private int headSize() {
        return config.size("head_dim", config.size("hidden_size") / config.size("num_attention_heads"));
    }

    private int turned() {
        return (int) (headSize() * rope().path("partial_rotary_factor").asDouble(1));
    }

    private void add(String name, StoredTensor stored) {
        float[] values;
        try (var arena = Arena.ofConfined()) {
            values = SafetensorsFile.map(stored, arena)
                    .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
        }
        if (gemma() && name.endsWith("norm.weight")) {
            for (int i = 0; i < values.length; i++) {
                values[i] += 1;
            }
        }
        boolean interleaved = List.of("llama", "smollm3").contains(architecture)
                && (name.contains(".q_proj.") || name.contains(".k_proj."));
        put(
                inFile(name),
                stored.shape().toArray(),
                interleaved ? interleave(values, stored.shape().size(0)) : values);
    }

    private void put(String name, long[] shape, float[] values) {
        tensors.put(name, values);
        shapes.put(name, shape);
    }

    /** The halves of each head, row by row in turn. */
    private float[] interleave(float[] values, long rows) {
        int row = Math.toIntExact(values.length / rows);
        int half = headSize() / 2;
        var result = new float[values.length];
        for (int head = 0; head < rows / (2L * half); head++) {
            for (int i = 0; i < half; i++) {
                for (int side = 0; side < 2; side++) {
                    int from = (head * 2 * half + side * half + i) * row;
                    int to = (head * 2 * half + 2 * i + side) * row;
                    System.arraycopy(values, from, result, to, row);
                }
            }
        }
        return result;
    }

    private String inFile(String name) {
        int end = name.lastIndexOf('.');
        var path = name.substring(0, end);
        var ending = name.substring(end);
        if (WHOLE_MODEL.containsKey(path)) {
            return WHOLE_MODEL.get(path) + ending;
        }
        var parts = path.split("\\.", 4);
        var own = gemma() ? GEMMA.get(parts[3]) : null;
        return "blk.%s.%s%s".formatted(parts[2], own == null ? LAYER.get(parts[3]) : own, ending);
    }

    private void describe() {
        text("general.architecture", architecture);
        whole("block_count", config.size("num_hidden_layers"));
        whole("context_length", config.size("max_position_embeddings"));
        whole("embedding_length", config.size("hidden_size"));
        whole("feed_forward_length", config.size("intermediate_size"));
        whole("attention.head_count", config.size("num_attention_heads"));
        whole("attention.head_count_kv", config.size("num_key_value_heads"));
        number("attention.layer_norm_rms_epsilon", config.number("rms_norm_eps", 0));
        number("rope.freq_base", rope().path("rope_theta").doubleValue());
        if (config.find("head_dim").isPresent()) {
            whole("attention.key_length", headSize());
            whole("attention.value_length", headSize());
        }
        if (List.of("llama", "smollm3", "phi3").contains(architecture)) {
            whole("rope.dimension_count", turned());
        }
        if (gemma()) {
            whole("attention.sliding_window", config.size("sliding_window"));
            whole(
                    "attention.sliding_window_pattern",
                    config.texts("layer_types").indexOf("full_attention") + 1);
            number(
                    "rope.freq_base_swa",
                    config.json()
                            .path("rope_parameters")
                            .path("sliding_attention")
                            .path("rope_theta")
                            .doubleValue());
        }
        if (architecture.equals("phi3")) {
            whole("attention.sliding_window", config.size("sliding_window", 0));
            phiFactors();
        }
        if (rope().path("rope_type").stringValue().equals("llama3")) {
            llamaFactors();
        }
    }

    private void phiFactors() {
        int trained = config.size("original_max_position_embeddings");
        whole("rope.scaling.original_context_length", trained);
        if (!rope().has("long_factor")) {
            return;
        }
        double scale = (double) config.size("max_position_embeddings") / trained;
        number("rope.scaling.attn_factor", scale > 1 ? Math.sqrt(1 + Math.log(scale) / Math.log(trained)) : 1);
        for (var length : List.of("long", "short")) {
            var factors = rope().path(length + "_factor")
                    .valueStream()
                    .mapToDouble(JsonNode::doubleValue)
                    .toArray();
            var values = new float[factors.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) factors[i];
            }
            put("rope_factors_%s.weight".formatted(length), new long[] {values.length}, values);
        }
    }

    private void llamaFactors() {
        double factor = rope().path("factor").doubleValue();
        double low = rope().path("low_freq_factor").doubleValue();
        double high = rope().path("high_freq_factor").doubleValue();
        double trained = rope().path("original_max_position_embeddings").doubleValue();
        var values = new float[headSize() / 2];
        for (int i = 0; i < values.length; i++) {
            double wavelength = 2 * Math.PI * Math.pow(rope().path("rope_theta").doubleValue(), 2.0 * i / headSize());
            double smooth = (trained / wavelength - low) / (high - low);
            values[i] = (float)
                    (wavelength < trained / high
                            ? 1
                            : wavelength > trained / low ? factor : 1 / ((1 - smooth) / factor + smooth));
        }
        put("rope_freqs.weight", new long[] {values.length}, values);
    }

    private void tokenizer(Path folder) {
        var json = Config.read(folder.resolve("tokenizer.json")).json();
        var vocabulary = json.path("model").path("vocab");
        var tokens = new ByteBuffer[vocabulary.size()];
        var types = new ByteBuffer[tokens.length];
        vocabulary.properties().forEach(entry -> {
            tokens[entry.getValue().intValue()] = text(entry.getKey());
            types[entry.getValue().intValue()] = little(4).putInt(1);
        });
        json.path("added_tokens")
                .forEach(added -> types[added.path("id").intValue()] = little(4).putInt(3));
        text("tokenizer.ggml.model", "gpt2");
        text("tokenizer.ggml.pre", "gpt-2");
        list("tokenizer.ggml.tokens", TEXT, List.of(tokens));
        list("tokenizer.ggml.token_type", WHOLE_SIGNED, List.of(types));
        list(
                "tokenizer.ggml.merges",
                TEXT,
                json.path("model")
                        .path("merges")
                        .valueStream()
                        .map(pair -> text(
                                pair.path(0).stringValue() + " " + pair.path(1).stringValue()))
                        .toList());
        pair("tokenizer.ggml.bos_token_id", WHOLE, little(4).putInt(config.integer("bos_token_id", 0)));
        pair("tokenizer.ggml.eos_token_id", WHOLE, little(4).putInt(config.integer("eos_token_id", 0)));
        try {
            text("tokenizer.chat_template", Files.readString(folder.resolve("chat_template.jinja")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void list(String key, int type, List<ByteBuffer> values) {
        int size = values.stream().mapToInt(ByteBuffer::capacity).sum();
        var bytes = little(12 + size).putInt(type).putLong(values.size());
        values.forEach(value -> bytes.put(value.flip()));
        pair(key, LIST, bytes);
    }

    private void text(String key, String value) {
        pair(key, TEXT, text(value));
    }

    private void whole(String key, int value) {
        pair(architecture + "." + key, WHOLE, little(4).putInt(value));
    }

    private void number(String key, double value) {
        pair(architecture + "." + key, NUMBER, little(4).putFloat((float) value));
    }

    private void pair(String key, int type, ByteBuffer value) {
        pairs.writeBytes(text(key).array());
        pairs.writeBytes(little(4).putInt(type).array());
        pairs.writeBytes(value.array());
        pairCount++;
    }

    private static ByteBuffer text(String value) {
        var bytes = value.getBytes(StandardCharsets.UTF_8);
        return little(8 + bytes.length).putLong(bytes.length).put(bytes);
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] bytes() {
        var directory = new ByteArrayOutputStream();
        var data = new ByteArrayOutputStream();
        tensors.forEach((name, values) -> {
            var shape = shapes.getOrDefault(name, new long[0]);
            directory.writeBytes(text(name).array());
            directory.writeBytes(little(4).putInt(shape.length).array());
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                directory.writeBytes(little(8).putLong(shape[axis]).array());
            }
            directory.writeBytes(little(12).putInt(0).putLong(data.size()).array());
            var content = little(4 * values.length);
            for (var value : values) {
                content.putFloat(value);
            }
            data.writeBytes(content.array());
            align(data);
        });
        var file = new ByteArrayOutputStream();
        file.writeBytes(little(24)
                .putInt(0x46554747)
                .putInt(3)
                .putLong(tensors.size())
                .putLong(pairCount)
                .array());
        file.writeBytes(pairs.toByteArray());
        file.writeBytes(directory.toByteArray());
        align(file);
        file.writeBytes(data.toByteArray());
        return file.toByteArray();
    }

    private static void align(ByteArrayOutputStream bytes) {
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(0);
        }
    }
}
