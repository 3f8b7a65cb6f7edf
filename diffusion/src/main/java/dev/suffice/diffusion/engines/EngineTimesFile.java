package dev.suffice.diffusion.engines;

import dev.suffice.core.SufficeException;
import dev.suffice.core.TextFile;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.folder.ModelFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was measured of a model's engines, in a file of its own for each model and number of threads. A file that is damaged is as if it were not there: then it is measured
 * again.
 *
 * @param folder of the files
 * @param options that the model runs with
 */
record EngineTimesFile(Path folder, SessionOptions options) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What is known of a model's engines. */
    List<EngineTimes> read(Path model) {
        var file = file(model);
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try {
            var times = new ArrayList<EngineTimes>();
            for (var one : JSON.readTree(file.toFile()).path("engines")) {
                times.add(new EngineTimes(
                        one.path("engine").asString(),
                        one.path("version").asString(),
                        seconds(one.path("open").doubleValue()),
                        seconds(one.path("image").doubleValue()),
                        seconds(one.path("step").doubleValue())));
            }
            return times;
        } catch (JacksonException | IllegalArgumentException e) {
            return List.of();
        }
    }

    private static double seconds(double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("seconds " + value);
        }
        return value;
    }

    /** Keeps it. */
    void write(Path model, List<EngineTimes> times) {
        var report = JSON.createObjectNode();
        var list = report.putArray("engines");
        for (var one : times) {
            list.addObject()
                    .put("engine", one.engine())
                    .put("version", one.version())
                    .put("open", one.open())
                    .put("image", one.image())
                    .put("step", one.step());
        }
        try {
            TextFile.write(file(model), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report));
        } catch (IOException e) {
            throw new SufficeException(
                    "what engines take for models cannot be written to %s: %s; free space there, choose another cache with SUFFICE_CACHE, or name an engine"
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    private Path file(Path model) {
        return folder.resolve("%s-%d.json".formatted(ModelFingerprint.of(model), options.threads()));
    }
}
