package dev.suffice.train.scene;

import dev.suffice.train.scene.furniture.FurnitureLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Prompts as the training captions are written, from one word to a long sentence, of scenes that were never rendered at full size: to
 * measure the model on what it has not seen. Panoramas are left out.
 */
public final class PromptGrammar {
    /** Large enough for the checks of what may be said about a scene. */
    private static final int SIDE = 48;

    private PromptGrammar() {}

    /**
     * Draws prompts, one from each scene.
     *
     * @param furniture folder of furniture libraries (.sh3f)
     * @param count how many
     * @param seed the same seed and the same exclusions give the same prompts
     * @param excluded prompts that must not come
     * @return {@code count} different prompts
     * @throws IOException if the furniture cannot be read
     */
    public static List<String> draw(Path furniture, int count, long seed, Set<String> excluded) throws IOException {
        var painter = new ScenePainter(new ModelShelf(FurnitureLibrary.open(furniture)), SIDE);
        var seen = new HashSet<>(excluded);
        var prompts = new ArrayList<String>();
        for (int scene = 0; prompts.size() < count; scene++) {
            var tuple = painter.paint(RenderPlaces.seed(seed, 0, scene));
            var captions = tuple.captions();
            var prompt = captions.get(scene % captions.size());
            if (!tuple.facts().panorama() && seen.add(prompt)) {
                prompts.add(prompt);
            }
        }
        return prompts;
    }
}
