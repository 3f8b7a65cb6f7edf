package dev.suffice.depthfusion;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the sidecar of a picture says, where there is one. */
record SceneSidecar(JsonNode json) {
    private static final long MAX_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static SceneSidecar beside(Path picture) {
        var file = picture.resolveSibling(stem(picture) + ".json");
        try {
            if (!Files.isRegularFile(file)) {
                return new SceneSidecar(JSON.missingNode());
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new InvalidRequestException(
                        "sidecar %s: %d bytes: must be at most %d".formatted(file, Files.size(file), MAX_BYTES));
            }
            return new SceneSidecar(JSON.readTree(Files.readAllBytes(file)));
        } catch (IOException | JacksonException e) {
            throw new InvalidRequestException("sidecar %s: cannot be read: %s".formatted(file, e.getMessage()));
        }
    }

    /** The name of a file without folder and ending. */
    static String stem(Path file) {
        var name = file.getFileName().toString();
        var dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    /** Whether it says what depth values mean. */
    boolean known() {
        return json.path("depth_scale").isObject();
    }

    Optional<Boolean> panorama() {
        return Optional.of(json.path("panorama")).filter(JsonNode::isBoolean).map(JsonNode::asBoolean);
    }

    Provenance provenance(Path picture) {
        var prompt = text("prompt");
        return new Provenance(
                prompt.orElse(stem(picture)),
                prompt,
                json.path("seed").canConvertToLong()
                        ? OptionalLong.of(json.path("seed").asLong())
                        : OptionalLong.empty(),
                text("scheduler"),
                json.path("steps").canConvertToInt()
                        ? OptionalInt.of(json.path("steps").asInt())
                        : OptionalInt.empty(),
                Optional.of(json.path("compute")).filter(JsonNode::isObject));
    }

    private Optional<String> text(String key) {
        return Optional.of(json.path(key).asString("")).filter(text -> !text.isBlank());
    }
}
