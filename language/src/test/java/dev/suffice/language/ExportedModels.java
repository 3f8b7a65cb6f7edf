package dev.suffice.language;

import dev.suffice.engine.Engine;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.decoder.ExportedDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small models that Optimum has exported ({@code export_decoders.py}); tokenizer and expectations are those of the model itself. */
final class ExportedModels {
    private static final List<String> FILES = List.of("tokenizer.json", "tokenizer_config.json", "chat_template.jinja");

    private ExportedModels() {}

    /**
     * A model on an engine that reads its format.
     *
     * @param name of its folder, e.g. {@code gemma3-onnx}
     */
    record Case(String name, Engine engine) {
        /** The name of the model that it was made of. */
        String model() {
            return name.replaceFirst("-(onnx|openvino).*", "");
        }

        /** Its folder. */
        Path folder() {
            return TestModels.resource("exported").resolve(name);
        }

        DecoderSession open(int context) {
            return DecoderSession.open(
                    ExportedDecoder.open(folder(), engine.name()),
                    context,
                    engine,
                    SessionOptions.defaults().withThreads(1));
        }

        @Override
        public String toString() {
            return name + " on " + engine.name();
        }
    }

    /** All of them, on all engines here that read them. */
    static List<Case> all() {
        var cases = new ArrayList<Case>();
        for (var engine : Engines.available()) {
            try (var folders = Files.list(TestModels.resource("exported"))) {
                folders.map(folder -> folder.getFileName().toString())
                        .filter(name -> name.contains("-onnx") || engine.name().equals("openvino"))
                        .sorted()
                        .forEach(name -> cases.add(new Case(name, engine)));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return cases;
    }

    /** Those in single precision. */
    static List<Case> exact() {
        return all().stream()
                .filter(one -> !one.name().endsWith("-half") && !one.name().endsWith("-int8"))
                .toList();
    }

    /** A folder as Optimum leaves it, with tokenizer and template. */
    static Path whole(Case of, Path into) throws IOException {
        var folder = Files.createDirectories(into.resolve(of.name()));
        try (var files = Files.list(of.folder())) {
            for (var file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        for (var name : FILES) {
            Files.copy(TestModels.folder().resolve(of.model()).resolve(name), folder.resolve(name));
        }
        return folder;
    }
}
