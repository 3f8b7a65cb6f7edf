package dev.suffice.train;

import dev.suffice.train.nn.Parameters;
import dev.suffice.train.nn.RgbdUpscalerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** The folder {@code upscaler} of a model: {@code config.json} and half-precision weights. */
final class Upscalers {
    static final String FOLDER = "upscaler";
    private static final String CONFIG = "config.json";

    private Upscalers() {}

    static void write(Path folder, RgbdUpscalerConfig config, Parameters parameters) throws IOException {
        ModelFolder.weights(folder, new ModelFolder.Weights(parameters, parameters.master()));
        ModelFolder.json(
                folder.resolve(CONFIG),
                JsonMapper.shared()
                        .createObjectNode()
                        .put("_class_name", "RgbdUpscaler")
                        .put("channels", config.channels())
                        .put("hidden_channels", config.hiddenChannels())
                        .put("num_blocks", config.blocks())
                        .put("scale", config.scale()));
    }

    /** Copies what {@link #write} wrote, if it has. */
    static void copy(Path from, Path to) throws IOException {
        if (Files.exists(from.resolve(CONFIG))) {
            Files.createDirectories(to);
            for (var name : List.of(ModelFolder.WEIGHTS, CONFIG)) {
                Files.copy(from.resolve(name), to.resolve(name));
            }
        }
    }
}
