package dev.suffice.models.folder;

import dev.suffice.engine.ElementType;
import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.StoredTensor;
import dev.suffice.models.safetensors.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a model is, read from its configuration, its card and the headers of its weights; no weight is read.
 *
 * @param path its folder, or its GGUF file
 * @param architecture the class that its configuration names; {@code unknown} if it names none
 * @param type {@code model_type} of its configuration; empty if there is none
 * @param parameters numbers in its weights; -1 if that is not known
 * @param bytes on disk
 * @param quantisation how the weights are stored, e.g. {@code float16} or {@code gptq, 4 bits}; empty if that is not known
 * @param contextLength tokens that it was made for; 0 if its configuration does not say
 * @param licence what its card says; empty if it says nothing
 * @param exported what a network is that others have exported, e.g. {@code exported language model with past, ONNX}; empty if the folder has weights of its own
 * @param parts of a folder, by name
 */
public record ModelSummary(
        Path path,
        String architecture,
        String type,
        long parameters,
        long bytes,
        String quantisation,
        int contextLength,
        String licence,
        String exported,
        List<Part> parts) {
    private static final Set<ElementType> FLOATS = EnumSet.of(
            ElementType.FLOAT64,
            ElementType.FLOAT32,
            ElementType.FLOAT16,
            ElementType.BFLOAT16,
            ElementType.FLOAT8_E4M3,
            ElementType.FLOAT8_E5M2);

    /** Names of the context length in configurations. */
    private static final List<String> CONTEXT =
            List.of("max_position_embeddings", "n_positions", "n_ctx", "max_sequence_length", "seq_length");

    private static final int LONGEST_CARD = 1 << 16;
    private static final Pattern LICENCE = Pattern.compile("(?m)^license:[ \\t]*[\"']?([^\\s\"'#\\[\\]]+)");
    private static final Pattern LICENCE_NAME = Pattern.compile("(?m)^license_name:[ \\t]*[\"']?([^\"'#\\r\\n]+)");

    /**
     * A sub-folder, or the folder itself as {@code .}.
     *
     * @param name of the sub-folder
     * @param bytes of all its files
     * @param parameters numbers in its weights; 0 if it has none, -1 if they are quantised
     */
    public record Part(String name, long bytes, long parameters) {}

    /**
     * Reads the small files of a model and the headers of the large ones.
     *
     * @param path a folder in diffusers' or transformers' layout, or a GGUF file
     * @throws ModelException if it is no model, or a file is damaged
     */
    public static ModelSummary of(Path path) {
        if (!Files.isDirectory(path)) {
            return GgufFacts.read(path);
        }
        var config = configuration(path);
        var quantised = config.find("quantization_config").isPresent();
        var types = new TreeMap<ElementType, Long>();
        var parts = parts(path, quantised, types);
        long parameters =
                quantised ? -1 : parts.stream().mapToLong(Part::parameters).sum();
        var exported = Weights.present(path) ? Optional.<ExportedFacts>empty() : ExportedFacts.of(path);
        if (exported.isPresent()) {
            exported.get().constants().forEach((type, size) -> types.merge(type, size, Long::sum));
            parameters = exported.get().parameters();
        }
        return new ModelSummary(
                path,
                architecture(config),
                config.json().path("model_type").asString(""),
                parameters > 0 ? parameters : -1,
                parts.stream().mapToLong(Part::bytes).sum(),
                quantised ? quantisation(config) : stored(types),
                contextLength(config),
                licence(path.resolve("README.md")),
                exported.map(ExportedFacts::text).orElse(""),
                parts);
    }

    /** The configuration that says what a folder is: {@code model_index.json}, otherwise {@code config.json}. */
    private static Config configuration(Path folder) {
        var index = folder.resolve("model_index.json");
        var config = folder.resolve("config.json");
        if (!Files.isRegularFile(index) && !Files.isRegularFile(config)) {
            throw new ModelException(
                    "%s: no model: neither model_index.json nor config.json is in it".formatted(folder));
        }
        return Config.read(Files.isRegularFile(index) ? index : config);
    }

    private static String architecture(Config config) {
        var names = config.json().path("architectures");
        var first = names.isArray() && !names.isEmpty() ? names.get(0).asString("") : "";
        return config.json().path("_class_name").asString(first.isEmpty() ? "unknown" : first);
    }

    private static List<Part> parts(Path folder, boolean quantised, Map<ElementType, Long> types) {
        var bytes = new TreeMap<String, Long>();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var inside = folder.relativize(file);
                var part = inside.getNameCount() > 1 ? inside.getName(0).toString() : ".";
                bytes.merge(part, Files.size(file), Long::sum);
            }
        } catch (IOException e) {
            throw new ModelException("%s: cannot be read: %s".formatted(folder, e.getMessage()), e);
        }
        var parts = new ArrayList<Part>();
        bytes.forEach((name, size) -> parts.add(
                new Part(name, size, parameters(name.equals(".") ? folder : folder.resolve(name), quantised, types))));
        return List.copyOf(parts);
    }

    private static long parameters(Path folder, boolean quantised, Map<ElementType, Long> types) {
        if (!Weights.present(folder)) {
            return 0;
        }
        long parameters = 0;
        for (StoredTensor tensor : Weights.open(folder).tensors().values()) {
            if (FLOATS.contains(tensor.type())) { // others are positions and masks, or packed numbers
                types.merge(tensor.type(), tensor.length(), Long::sum);
                parameters += tensor.shape().elements();
            }
        }
        return quantised ? -1 : parameters;
    }

    /** Element types of the weights, most of them first. */
    private static String stored(Map<ElementType, Long> types) {
        return types.entrySet().stream()
                .sorted(Map.Entry.<ElementType, Long>comparingByValue(Comparator.reverseOrder()))
                .map(entry -> entry.getKey().name().toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static String quantisation(Config config) {
        var node = config.json().path("quantization_config");
        var method = node.path("quant_method").asString("");
        if (method.isEmpty()) {
            method = "quantised";
        }
        return node.path("bits").isIntegralNumber()
                ? "%s, %d bits".formatted(method, node.path("bits").intValue())
                : method;
    }

    /** Tokens that a configuration says its model was made for; 0 if it does not say. */
    public static int contextLength(Config config) {
        for (var root : List.of(config.json(), config.json().path("text_config"))) {
            for (var key : CONTEXT) {
                var value = root.path(key);
                if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() > 0) {
                    return value.intValue();
                }
            }
        }
        return 0;
    }

    /** The licence in the front matter of a card. */
    private static String licence(Path card) {
        if (!Files.isRegularFile(card)) {
            return "";
        }
        try (var stream = Files.newInputStream(card)) {
            var text = new String(stream.readNBytes(LONGEST_CARD), StandardCharsets.UTF_8);
            int end = text.indexOf("\n---", 3);
            if (!text.startsWith("---") || end < 0) {
                return "";
            }
            var front = text.substring(0, end);
            var licence = first(LICENCE, front).orElse("");
            return licence.equals("other") ? first(LICENCE_NAME, front).orElse(licence) : licence;
        } catch (IOException e) {
            throw new ModelException("%s: cannot be read: %s".formatted(card, e.getMessage()), e);
        }
    }

    private static Optional<String> first(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
    }
}
