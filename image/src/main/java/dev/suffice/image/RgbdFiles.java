package dev.suffice.image;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A picture with depth on disk: {@code NAME.png} or another picture, {@code NAME-depth.png} (16-bit grey, or 8-bit), and
 * where there is one the sidecar {@code NAME.json}, whose {@code depth_scale} says what depth values mean.
 */
public final class RgbdFiles {
    private static final long MAX_SIDECAR_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RgbdFiles() {}

    /**
     * Reads a picture and its depth map. Without a sidecar only the order of depths is known.
     *
     * @throws InvalidRequestException if a file cannot be read, or the sizes of picture and depth map differ
     */
    public static RgbdImage read(Path rgb) {
        var depth = beside(rgb, "-depth.png");
        if (Files.exists(rgb) && !Files.exists(depth)) {
            throw new InvalidRequestException(
                    "image %s: its depth map %s does not exist; put a grey PNG (16 or 8 bits, larger = nearer) of the same size there"
                            .formatted(rgb, depth));
        }
        return PngFiles.read(rgb, depth, scale(beside(rgb, ".json")));
    }

    private static Path beside(Path rgb, String ending) {
        var name = rgb.getFileName().toString();
        var dot = name.lastIndexOf('.');
        return rgb.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ending);
    }

    private static DepthScale scale(Path sidecar) {
        if (!Files.isRegularFile(sidecar)) {
            return new DepthScale.Relative();
        }
        try {
            if (Files.size(sidecar) > MAX_SIDECAR_BYTES) {
                throw new InvalidRequestException("sidecar %s: %d bytes: must be at most %d"
                        .formatted(sidecar, Files.size(sidecar), MAX_SIDECAR_BYTES));
            }
            var node = JSON.readTree(Files.readAllBytes(sidecar)).path("depth_scale");
            return switch (node.path("encoding").asString("relative")) {
                case "relative" -> new DepthScale.Relative();
                case "log" ->
                    new DepthScale.Logarithmic(
                            metres(sidecar, node, "near_metres"), metres(sidecar, node, "far_metres"));
                default ->
                    throw new InvalidRequestException("sidecar %s: depth_scale.encoding %s: must be relative or log"
                            .formatted(sidecar, node.path("encoding")));
            };
        } catch (IOException | JacksonException e) {
            throw new InvalidRequestException("sidecar %s: cannot be read: %s".formatted(sidecar, e.getMessage()));
        }
    }

    private static double metres(Path sidecar, JsonNode node, String key) {
        if (!node.path(key).isNumber()) {
            throw new InvalidRequestException("sidecar %s: depth_scale.%s %s: must be a number of metres"
                    .formatted(sidecar, key, node.path(key)));
        }
        return node.path(key).asDouble();
    }
}
