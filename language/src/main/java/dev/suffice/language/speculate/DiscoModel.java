package dev.suffice.language.speculate;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.TextFile;
import dev.suffice.models.folder.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * A classifier of drafted tokens and the threshold that was chosen for it, trained for one pair of models; as a file, one JSON object. Immutable.
 *
 * @param pair that it was trained for
 * @param threshold to draft on with, 0 to 1
 * @param classifier of drafted tokens
 */
public record DiscoModel(ModelPair pair, double threshold, DraftClassifier classifier) {
    private static final String FORMAT = "suffice-disco-1";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Checks the range. */
    public DiscoModel {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new InvalidRequestException("threshold %s: must be between 0 and 1".formatted(threshold));
        }
    }

    /**
     * Reads a file.
     *
     * @throws InvalidRequestException if it is not one of these
     * @throws dev.suffice.models.ModelException if it cannot be read
     */
    public static DiscoModel read(Path file) {
        var config = Config.read(file);
        if (!config.text("format", "").equals(FORMAT)) {
            throw damaged(file, "no classifier of drafts; make one with ./suffice train drafter");
        }
        try {
            return new DiscoModel(
                    new ModelPair(
                            config.text("target", ""),
                            config.text("target_fingerprint", ""),
                            config.text("draft", ""),
                            config.text("draft_fingerprint", ""),
                            config.text("method", "")),
                    config.number("threshold", -1),
                    new DraftClassifier(
                            numbers(config, "centre"), numbers(config, "scale"), numbers(config, "weights")));
        } catch (IllegalArgumentException e) {
            throw damaged(file, "damaged: " + e.getMessage());
        }
    }

    private static InvalidRequestException damaged(Path file, String what) {
        return new InvalidRequestException("%s: %s".formatted(file, what));
    }

    private static double[] numbers(Config config, String key) {
        var list = config.json().path(key);
        var numbers = new double[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = list.get(i).asDouble(Double.NaN);
            if (!Double.isFinite(numbers[i])) {
                throw new IllegalArgumentException("%s: entry %d is no number".formatted(key, i));
            }
        }
        return numbers;
    }

    /** Writes the file, whole or not at all, and makes its folder. */
    public void write(Path file) throws IOException {
        var json = JSON.createObjectNode()
                .put("format", FORMAT)
                .put("target", pair.target())
                .put("target_fingerprint", pair.targetFingerprint())
                .put("draft", pair.draft())
                .put("draft_fingerprint", pair.draftFingerprint())
                .put("method", pair.method())
                .put("threshold", threshold);
        put(json.putArray("centre"), classifier.centre());
        put(json.putArray("scale"), classifier.scale());
        put(json.putArray("weights"), classifier.weights());
        TextFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }

    private static void put(ArrayNode list, double[] values) {
        for (var value : values) {
            list.add(value);
        }
    }

    /**
     * Makes sure that it is used where it was trained.
     *
     * @param used the pair that writes; empty if no model drafts
     * @throws InvalidRequestException if that is another one
     */
    public void check(Optional<ModelPair> used) {
        var found = used.orElseThrow(() -> new InvalidRequestException(
                "draft tokens disco: was trained for %s, but no model drafts; add --speculate draft=%s"
                        .formatted(pair, pair.draft())));
        if (!pair.isSame(found)) {
            var alike = found.toString().equals(pair.toString()) ? " with other weights" : "";
            throw new InvalidRequestException(
                    "draft tokens disco: was trained for %s, but this is %s%s; train it anew with ./suffice train drafter"
                            .formatted(pair, found, alike));
        }
    }
}
