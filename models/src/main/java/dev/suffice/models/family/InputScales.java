package dev.suffice.models.family;

import dev.suffice.models.folder.Config;
import dev.suffice.models.quantise.InputScale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the inputs of an encoder's matrices are quantised to, by the names of {@link BertEncoder#inputNames}; a file beside a model. Immutable.
 *
 * @param scales by the path of the matrix
 */
public record InputScales(SequencedMap<String, InputScale> scales) {
    /** Name of the file. */
    public static final String FILE = "int8.json";

    private static final String SCALE = "scale";
    private static final String ZERO = "zero";

    /** Copies the map. */
    public InputScales {
        scales = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(scales));
    }

    /**
     * Reads the file.
     *
     * @throws dev.suffice.models.ModelException if it is missing, or a value is not acceptable
     */
    public static InputScales read(Path folder) {
        var file = Config.read(folder.resolve(FILE));
        var scales = new LinkedHashMap<String, InputScale>();
        for (Map.Entry<String, tools.jackson.databind.JsonNode> entry :
                file.json().properties()) {
            double scale = entry.getValue().path(SCALE).asDouble(0);
            int zero = entry.getValue().path(ZERO).asInt(-1);
            try {
                scales.put(entry.getKey(), new InputScale((float) scale, zero));
            } catch (IllegalArgumentException e) {
                throw file.unsupported(entry.getKey(), "a scale and a zero (%s)".formatted(e.getMessage()));
            }
        }
        return new InputScales(scales);
    }

    /**
     * Writes the file.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path folder) throws IOException {
        var json = JsonMapper.shared().createObjectNode();
        scales.forEach(
                (path, input) -> json.putObject(path).put(SCALE, input.scale()).put(ZERO, input.zero()));
        Files.writeString(
                folder.resolve(FILE),
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }
}
