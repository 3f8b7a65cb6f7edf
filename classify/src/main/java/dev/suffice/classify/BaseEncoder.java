package dev.suffice.classify;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.ModelException;
import dev.suffice.models.family.BertFamily;
import dev.suffice.models.family.EncoderImport;
import dev.suffice.models.family.EncoderTensors;
import dev.suffice.models.family.Pooling;
import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.NewFolder;
import dev.suffice.models.onnx.OnnxFile;
import dev.suffice.models.store.PackagedEncoder;
import dev.suffice.models.store.PackagedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * An encoder that travels in a library, for classifiers to be trained from.
 *
 * @param name for options
 * @param hubName the checkpoint that it was exported from
 * @param files where it is
 * @param heads of its attention, which its tensors do not tell
 * @param pooling what it was trained to say of a text
 */
public record BaseEncoder(String name, String hubName, PackagedEncoder files, int heads, Pooling pooling) {
    private static final List<BaseEncoder> ALL = List.of(
            new BaseEncoder(
                    "bge-small-en-v1.5",
                    "BAAI/bge-small-en-v1.5",
                    files(
                            "bge-small-en-v15",
                            "bge-small-en-v1.5",
                            "828e1496d7fabb79cfa4dcd84fa38625c0d3d21da474a00f08db0f559940cf35",
                            "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66"),
                    12,
                    Pooling.FIRST),
            new BaseEncoder(
                    "all-minilm-l6-v2",
                    "sentence-transformers/all-MiniLM-L6-v2",
                    files(
                            "all-minilm-l6-v2",
                            "all-minilm-l6-v2",
                            "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e",
                            "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0"),
                    12,
                    Pooling.MEAN));

    private static PackagedEncoder files(String artifact, String file, String model, String tokenizer) {
        var library = "dev.langchain4j:langchain4j-embeddings-" + artifact;
        return new PackagedEncoder(
                new PackagedFile(library, file + ".onnx", model),
                new PackagedFile(library, file + "-tokenizer.json", tokenizer),
                512);
    }

    /** The names of all. */
    public static List<String> names() {
        return ALL.stream().map(BaseEncoder::name).toList();
    }

    /** The encoder of a name. */
    public static Optional<BaseEncoder> find(String name) {
        return ALL.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /**
     * Its checkpoint, with config.json, model.safetensors and tokenizer.json; written into the cache once.
     *
     * @throws ModelException if it cannot be written, or the library's file is not what it was
     * @throws dev.suffice.core.SufficeException if the library is not on the class path
     */
    public Path folder(Path cache) {
        var folder = cache.resolve("encoders")
                .resolve(name + "-" + files.model().sha256().substring(0, 12));
        if (Files.isRegularFile(folder.resolve("config.json"))) {
            return folder;
        }
        var model = files.model().unpack(cache);
        var tensors = EncoderTensors.of(OnnxFile.read(model));
        var json = JsonMapper.shared().createObjectNode();
        json.put("model_type", "bert").put("hidden_act", "gelu").put("layer_norm_eps", 1e-12);
        json.putArray("architectures").add("BertModel");
        json.put("vocab_size", size(tensors, "embeddings.word_embeddings.weight", 0))
                .put("hidden_size", size(tensors, "embeddings.word_embeddings.weight", 1))
                .put("max_position_embeddings", size(tensors, "embeddings.position_embeddings.weight", 0))
                .put("type_vocab_size", size(tensors, "embeddings.token_type_embeddings.weight", 0))
                .put("intermediate_size", size(tensors, "encoder.layer.0.intermediate.dense.weight", 0))
                .put("num_attention_heads", heads)
                .put(
                        "num_hidden_layers",
                        tensors.tensors().keySet().stream()
                                .filter(tensor -> tensor.endsWith(".intermediate.dense.weight"))
                                .count());
        try {
            var beside = Files.createTempDirectory("suffice-encoder");
            try {
                var config = Files.writeString(beside.resolve("config.json"), json.toPrettyString());
                var tokenizer = Files.copy(files.tokenizer().unpack(cache), beside.resolve("tokenizer.json"));
                EncoderImport.write(
                        tensors,
                        BertFamily.of(Config.read(config)),
                        Optional.empty(),
                        List.of(config, tokenizer),
                        folder);
            } finally {
                NewFolder.delete(beside);
            }
        } catch (IOException e) {
            throw new ModelException("%s: cannot be written: %s".formatted(folder, e.getMessage()), e);
        }
        return folder;
    }

    private static long size(EncoderTensors tensors, String name, int axis) {
        var tensor = tensors.tensors().get(name);
        if (tensor == null || tensor.shape().rank() <= axis) {
            throw new InvalidRequestException("%s: tensor %s: missing".formatted(tensors.source(), name));
        }
        return tensor.shape().size(axis);
    }
}
