package dev.suffice.diffusion.file;

import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.GeneratedImage;
import dev.suffice.image.FileSet;
import dev.suffice.image.PngFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A result on disk: {@code NAME.png} (RGB), {@code NAME-depth.png} (16-bit grey) and {@code NAME.json} (the sidecar). Both
 * pictures carry the recipe in their own text, under the key {@value #RECIPE}.
 *
 * @param rgb the picture
 * @param depth the depth map
 * @param sidecar what it was made with and what it cost
 */
public record ImageFiles(Path rgb, Path depth, Path sidecar) {
    /** Key of the PNG text that has the recipe, as JSON. */
    public static final String RECIPE = "suffice";

    private static final int MAX_NAME = 60;

    /**
     * Makes the folder, if need be, and makes sure that files can be written to it.
     *
     * @throws SufficeException if not
     */
    public static Path prepare(Path folder) {
        try {
            Files.createDirectories(folder);
            var probe = Files.createTempFile(folder, ".suffice", ".part");
            Files.delete(probe);
            return folder;
        } catch (IOException e) {
            throw new SufficeException(
                    "output folder %s: cannot be written: %s; choose another with --out"
                            .formatted(folder, FileSet.reason(e)),
                    e);
        }
    }

    /**
     * Writes a result under a name made of its prompt and seed that is not taken yet. All three files appear, or none.
     *
     * @throws SufficeException if they cannot be written
     */
    public static ImageFiles write(Path folder, GeneratedImage result) {
        return write(folder, result, new FileSet());
    }

    static ImageFiles write(Path folder, GeneratedImage result, FileSet files) {
        var recipe = Sidecar.recipe(result.recipe());
        var text =
                Map.of(RECIPE, Sidecar.compact(recipe), "Title", result.recipe().prompt(), "Software", "suffice 0.1.0");
        var target = free(folder, name(result.recipe().prompt(), result.recipe().seed()));
        try {
            var contents = new LinkedHashMap<Path, byte[]>();
            contents.put(target.rgb, PngFiles.rgb(result.image(), text));
            contents.put(target.depth, PngFiles.depth(result.image(), text));
            contents.put(target.sidecar, Sidecar.text(target, result).getBytes(StandardCharsets.UTF_8));
            files.write(contents);
            return target;
        } catch (IOException e) {
            throw new SufficeException("cannot encode %s: %s".formatted(target.rgb, e.getMessage()), e);
        }
    }

    private static ImageFiles free(Path folder, String name) {
        for (int i = 1; ; i++) {
            var candidate = of(folder, i == 1 ? name : name + "-" + i);
            if (!Files.exists(candidate.rgb) && !Files.exists(candidate.depth) && !Files.exists(candidate.sidecar)) {
                return candidate;
            }
        }
    }

    private static ImageFiles of(Path folder, String name) {
        return new ImageFiles(
                folder.resolve(name + ".png"), folder.resolve(name + "-depth.png"), folder.resolve(name + ".json"));
    }

    /** Letters and digits of the prompt with dashes between, and the seed. */
    static String name(String prompt, long seed) {
        var plain = Normalizer.normalize(prompt, Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{Nd}]+", "-")
                .replaceAll("^-|-$", "");
        var cut = plain.length() <= MAX_NAME
                ? plain
                : plain.substring(
                        0, plain.offsetByCodePoints(0, Math.min(MAX_NAME, plain.codePointCount(0, plain.length()))));
        var limited = cut.getBytes(StandardCharsets.UTF_8).length > 180 ? cut.substring(0, 20) : cut;
        return (limited.isEmpty() ? "image" : limited.replaceAll("-$", "")) + "-" + seed;
    }
}
