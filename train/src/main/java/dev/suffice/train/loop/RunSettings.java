package dev.suffice.train.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the result of a run depends on: it is kept with its checkpoints, and one of other settings is refused. Immutable.
 *
 * @param values by what they are of, as messages call it
 */
public record RunSettings(Map<String, String> values) {
    /** Copies the map. */
    public RunSettings {
        values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Compares them with those of a checkpoint.
     *
     * @param checkpoint the file, for the message
     * @throws IOException if one differs; says which
     */
    public void check(Map<String, String> counters, Path checkpoint) throws IOException {
        for (var setting : values.entrySet()) {
            String before = counters.getOrDefault(setting.getKey(), "none");
            if (!before.equals(setting.getValue())) {
                throw new IOException(
                        "%s: the checkpoint was made with the %s %s, and this is %s; give the same, or move the checkpoint away to begin anew"
                                .formatted(checkpoint, setting.getKey(), before, setting.getValue()));
            }
        }
    }
}
