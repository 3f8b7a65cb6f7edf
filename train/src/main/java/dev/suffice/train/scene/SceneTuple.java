package dev.suffice.train.scene;

import dev.suffice.train.scene.trace.RenderedImage;
import java.util.List;

/**
 * A rendered scene with its captions.
 *
 * @param image picture, depth and mask; the mask names only the objects in the facts
 * @param facts what is in it
 * @param captions three of them, short to long
 * @param seed draws the same scene again
 */
public record SceneTuple(RenderedImage image, SceneFacts facts, List<String> captions, long seed) {
    public SceneTuple {
        captions = List.copyOf(captions);
    }

    /** Whether a mirrored copy may keep the captions. */
    public boolean mirrorable() {
        return captions.stream().noneMatch(c -> c.matches(".*\\b(left|right)\\b.*"));
    }
}
