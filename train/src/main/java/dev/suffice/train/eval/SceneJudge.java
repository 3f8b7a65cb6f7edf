package dev.suffice.train.eval;

import dev.suffice.image.RgbdImage;
import dev.suffice.train.eval.FrechetDistance.Moments;
import dev.suffice.train.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says what pictures of {@code places} show, by a classifier trained on renderings, and has the features of held-out renderings to compare with:
 * what experiments judge by. Small enough to come with the project. Thread-safe.
 */
public final class SceneJudge implements AutoCloseable {
    private static final List<String> FILES = List.of("classifier.json", "classifier.safetensors", "held-out.json");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final SceneClassifier classifier;
    private final Moments heldOut;

    /**
     * What it says of a picture.
     *
     * @param label the object's class or the landscape's kind
     * @param indoors whether it takes it for a room
     * @param features for distances
     */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    public record Judgement(String label, boolean indoors, double[] features) {}

    private SceneJudge(SceneClassifier classifier, Moments heldOut) {
        this.classifier = classifier;
        this.heldOut = heldOut;
    }

    /** The judge that comes with the project. @throws IOException if it cannot be unpacked */
    public static SceneJudge bundled() throws IOException {
        var folder = Files.createTempDirectory("suffice-judge");
        try {
            for (var file : FILES) {
                try (var in = SceneJudge.class.getResourceAsStream("judge/" + file)) {
                    if (in == null) {
                        throw new IOException("judge/" + file + ": missing in the module");
                    }
                    Files.copy(in, folder.resolve(file));
                }
            }
            return read(folder);
        } finally {
            for (var file : FILES) {
                Files.deleteIfExists(folder.resolve(file));
            }
            Files.deleteIfExists(folder);
        }
    }

    /** Reads a judge. @throws IOException if a file is missing or damaged */
    public static SceneJudge read(Path folder) throws IOException {
        var file = folder.resolve("held-out.json");
        try {
            var heldOut = JSON.readValue(Files.readString(file), Moments.class);
            return new SceneJudge(SceneClassifier.read(folder), heldOut);
        } catch (JacksonException e) {
            throw new IOException(file + ": no moments of features: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Makes a judge of a trained classifier.
     *
     * @param judges folder of {@link JudgeTraining}
     * @param renderings whose held-out pictures it compares with
     * @param out folder to write
     * @throws IOException if a file cannot be read or written
     */
    public static void bundle(Path judges, Renderings renderings, Path out) throws IOException {
        Files.createDirectories(out);
        try (var trained = SceneClassifier.read(judges)) {
            trained.write(out, new JudgeCard(judges).classifier());
        }
        // With the rounded weights that will be used.
        try (var rounded = SceneClassifier.read(out)) {
            var pictures = renderings.read(renderings.shards(true)).stream()
                    .map(Rendering::picture)
                    .toList();
            var moments = Moments.of(rounded.judge(pictures).stream()
                    .map(SceneClassifier.Verdict::features)
                    .toList());
            AtomicFile.write(
                    out.resolve("held-out.json"), file -> Files.writeString(file, JSON.writeValueAsString(moments)));
        }
    }

    /** Judges a picture. */
    public synchronized Judgement judge(RgbdImage image) {
        var picture = Thumbnail.of(
                image.width(),
                image.height(),
                (x, y) -> image.rgb(x, y) >> 16 & 0xff,
                (x, y) -> image.rgb(x, y) >> 8 & 0xff,
                (x, y) -> image.rgb(x, y) & 0xff,
                image::depth);
        var verdict = classifier.judge(List.of(picture)).getFirst();
        return new Judgement(verdict.ranking().getFirst(), verdict.indoors(), verdict.features());
    }

    /** Moments of the features of held-out renderings. */
    public Moments heldOut() {
        return heldOut;
    }

    @Override
    public synchronized void close() {
        classifier.close();
    }
}
