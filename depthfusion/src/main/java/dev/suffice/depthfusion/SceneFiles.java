package dev.suffice.depthfusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.image.RgbdFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Scenes from files. */
public final class SceneFiles {
    private static final long MAX_SIDECAR_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SceneFiles() {}

    /**
     * A result of {@code imagine}, or any picture with its depth map {@code NAME-depth.png} beside it.
     *
     * @throws InvalidRequestException if a file cannot be read, or the sizes differ
     */
    public static Scene read(Path rgb) {
        var image = RgbdFiles.read(rgb);
        var sidecar = sidecar(rgb);
        var panorama = sidecar.path("panorama").asBoolean(false);
        var projection = panorama
                ? new Projection.Equirectangular()
                : new Projection.Perspective(
                        Projection.DEFAULT_FIELD_OF_VIEW, (double) image.width() / image.height());
        return Scene.of(image, projection, provenance(rgb, sidecar));
    }

    private static JsonNode sidecar(Path rgb) {
        var file = rgb.resolveSibling(stem(rgb) + ".json");
        try {
            return Files.isRegularFile(file) && Files.size(file) <= MAX_SIDECAR_BYTES
                    ? JSON.readTree(Files.readAllBytes(file))
                    : JSON.createObjectNode();
        } catch (IOException | JacksonException e) {
            throw new InvalidRequestException("sidecar %s: cannot be read: %s".formatted(file, e.getMessage()));
        }
    }

    static String stem(Path file) {
        var name = file.getFileName().toString();
        var dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    private static Provenance provenance(Path rgb, JsonNode sidecar) {
        var prompt = Optional.of(sidecar.path("prompt").asString("")).filter(text -> !text.isBlank());
        return new Provenance(
                prompt.orElse(stem(rgb)),
                prompt,
                sidecar.path("seed").isIntegralNumber()
                        ? OptionalLong.of(sidecar.path("seed").asLong())
                        : OptionalLong.empty(),
                Optional.of(sidecar.path("scheduler").asString("")).filter(text -> !text.isBlank()),
                sidecar.path("steps").isInt()
                        ? OptionalInt.of(sidecar.path("steps").asInt())
                        : OptionalInt.empty(),
                Optional.of(sidecar.path("compute")).filter(JsonNode::isObject));
    }
}
