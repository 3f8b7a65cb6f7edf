package dev.suffice.server.job;

import dev.suffice.image.PngFiles;
import dev.suffice.image.RgbdImage;
import dev.suffice.server.http.Json;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;

/**
 * What the images of a run would be if it stopped at a step: small, and only as often as their cost (a pass of the decoder per image)
 * stays below a quarter of the run's time. Used by one thread.
 */
final class Previews {
    private static final int SIDE = 192;
    private static final int MOST = 4;
    private static final int REST = 3;

    private long next = Long.MIN_VALUE;

    /** Previews, unless the last ones are too recent; always for the last step. */
    Optional<ArrayNode> at(boolean last, Supplier<List<RgbdImage>> images) {
        var started = System.nanoTime();
        if (!last && started < next) {
            return Optional.empty();
        }
        var previews = Json.array();
        try {
            for (var image : images.get().stream().limit(MOST).toList()) {
                var small = small(image);
                previews.addObject()
                        .put("rgb", url(PngFiles.rgb(small, Map.of())))
                        .put("depth", url(PngFiles.depth(small, Map.of())));
            }
        } catch (IOException e) {
            return Optional.empty(); // the run matters, not its preview
        }
        var ended = System.nanoTime();
        next = ended + REST * (ended - started);
        return Optional.of(previews);
    }

    private static RgbdImage small(RgbdImage image) {
        var longest = Math.max(image.width(), image.height());
        if (longest <= SIDE) {
            return image;
        }
        return image.resized(Math.max(1, image.width() * SIDE / longest), Math.max(1, image.height() * SIDE / longest));
    }

    private static String url(byte[] png) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }
}
