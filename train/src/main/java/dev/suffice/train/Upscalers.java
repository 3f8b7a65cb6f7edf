package dev.suffice.train;

import dev.suffice.train.files.AtomicFile;
import dev.suffice.train.files.Safetensors;
import dev.suffice.train.nn.Parameters;
import dev.suffice.train.nn.RgbdUpscalerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The folder {@code upscaler} of a model: {@code config.json} and half-precision weights. */
final class Upscalers {
    static final String FOLDER = "upscaler";
    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Upscalers() {}

    static void write(Path folder, RgbdUpscalerConfig config, Parameters parameters) throws IOException {
        var entries = new ArrayList<Safetensors.Entry>();
        for (var parameter : parameters.all()) {
            entries.add(new Safetensors.Entry(
                    parameter.name(),
                    Safetensors.Type.F16,
                    parameter.shape(),
                    () -> parameters.read(parameter, parameters.master())));
        }
        Safetensors.write(folder.resolve(WEIGHTS), Map.of("format", "pt"), entries);
        var node = JSON.createObjectNode()
                .put("_class_name", "RgbdUpscaler")
                .put("channels", config.channels())
                .put("hidden_channels", config.hiddenChannels())
                .put("num_blocks", config.blocks())
                .put("scale", config.scale());
        AtomicFile.write(folder.resolve("config.json"), path -> Files.write(path, JSON.writeValueAsBytes(node)));
    }

    /** Copies what {@link #write} wrote, if it has. */
    static void copy(Path from, Path to) throws IOException {
        if (Files.exists(from.resolve("config.json"))) {
            Files.createDirectories(to);
            for (var name : new String[] {WEIGHTS, "config.json"}) {
                Files.copy(from.resolve(name), to.resolve(name));
            }
        }
    }
}
