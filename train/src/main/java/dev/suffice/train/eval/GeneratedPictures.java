package dev.suffice.train.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A folder of results: {@code NAME.png}, {@code NAME-depth.png} (grey, larger = nearer) and {@code NAME.json} with the prompt. */
final class GeneratedPictures {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private GeneratedPictures() {}

    /** One result. */
    record Generated(String name, String prompt, Thumbnail picture) {}

    /** Reads all results, by name. @throws IOException if one lacks its pictures or its prompt */
    static List<Generated> read(Path folder) throws IOException {
        List<Path> sidecars;
        try (var files = Files.list(folder)) {
            sidecars = files.filter(f -> f.getFileName().toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        var generated = new ArrayList<Generated>();
        for (Path sidecar : sidecars) {
            String name = sidecar.getFileName().toString().replaceFirst("\\.json$", "");
            String prompt = prompt(sidecar);
            Path picture = folder.resolve(name + ".png");
            Path depth = folder.resolve(name + "-depth.png");
            for (Path file : List.of(picture, depth)) {
                if (!Files.exists(file)) {
                    throw new IOException(sidecar + ": its picture " + file + " does not exist");
                }
            }
            generated.add(new Generated(name, prompt, Thumbnail.read(picture, depth)));
        }
        return generated;
    }

    private static String prompt(Path sidecar) throws IOException {
        String prompt;
        try {
            prompt = JSON.readTree(Files.readString(sidecar)).path("prompt").asString("");
        } catch (JacksonException e) {
            throw new IOException(sidecar + ": not JSON: " + e.getOriginalMessage(), e);
        }
        if (prompt.isEmpty()) {
            throw new IOException(sidecar + ": no prompt; expected the JSON that is written beside a picture");
        }
        return prompt;
    }
}
