package dev.suffice.train.scene.furniture;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads the part of the MTL material format that a diffuse renderer needs: {@code newmtl}, {@code Kd}, {@code d}, {@code Tr} and
 * {@code map_Kd}. Unknown statements are skipped; a number that cannot be read keeps its default.
 */
public final class MtlReader {
    private MtlReader() {}

    /**
     * Parses a material library.
     *
     * @param text the file's text
     * @param textures finds a texture by the path written in the file; returns {@link Texture#white()} for one it does not have
     * @return the materials by name
     */
    public static Map<String, Material> read(String text, Function<String, Texture> textures) {
        var materials = new HashMap<String, Material>();
        String name = "";
        float[] colour = {0.8f, 0.8f, 0.8f};
        float opacity = 1;
        Texture texture = Texture.white();
        for (String raw : text.split("\\R")) {
            String line = raw.strip();
            String[] words = line.split("\\s+");
            switch (words[0].toLowerCase(Locale.ROOT)) {
                case "newmtl" -> {
                    if (!name.isEmpty()) {
                        materials.put(name, material(name, colour, opacity, texture));
                    }
                    name = line.substring("newmtl".length()).strip();
                    colour = new float[] {0.8f, 0.8f, 0.8f};
                    opacity = 1;
                    texture = Texture.white();
                }
                case "kd" -> {
                    for (int i = 0; i < 3 && i + 1 < words.length; i++) {
                        colour[i] = number(words[i + 1], colour[i]);
                    }
                }
                case "d" -> opacity = number(words[words.length - 1], opacity);
                case "tr" -> opacity = 1 - number(words[words.length - 1], 1 - opacity);
                case "map_kd" ->
                    texture = textures.apply(
                            path(line.substring("map_Kd".length()).strip()));
                default -> {}
            }
        }
        if (!name.isEmpty()) {
            materials.put(name, material(name, colour, opacity, texture));
        }
        return materials;
    }

    private static Material material(String name, float[] colour, float opacity, Texture texture) {
        boolean textured = texture != Texture.white();
        boolean black = Math.max(colour[0], Math.max(colour[1], colour[2])) < 0.1f;
        // Exporters often leave Kd black beside a texture, meaning the texture alone.
        if (textured && black) {
            return new Material(name, 1, 1, 1, opacity, texture);
        }
        return new Material(name, colour[0], colour[1], colour[2], opacity, texture);
    }

    private static String path(String written) {
        // Options such as "-s 1 1 1" may stand before the file name; names with spaces are kept whole otherwise.
        if (written.startsWith("-")) {
            return written.substring(written.lastIndexOf(' ') + 1);
        }
        return written;
    }

    private static float number(String word, float otherwise) {
        try {
            float value = Float.parseFloat(word);
            return Float.isFinite(value) ? Math.clamp(value, 0f, 1f) : otherwise;
        } catch (NumberFormatException notANumber) {
            return otherwise;
        }
    }
}
