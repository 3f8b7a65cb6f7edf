package dev.suffice.train.eval;

import dev.suffice.train.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The JSON beside a judge's weights: what it was trained on and how good it is. */
record JudgeCard(Path folder) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** About the classifier. */
    record Classifier(List<String> labels, List<String> colours, int shards, int scenes, ClassifierQuality heldOut) {}

    /** About the depth estimator. */
    record Depth(int shards, int scenes, DepthQuality heldOut) {}

    /** About the estimator of objects. */
    record Objects(int shards, int scenes, ObjectQuality heldOut) {}

    void write(String name, Record card) throws IOException {
        AtomicFile.write(
                folder.resolve(name + ".json"),
                file -> Files.writeString(
                        file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(card) + "\n"));
    }

    Classifier classifier() throws IOException {
        return read("classifier", Classifier.class);
    }

    Depth depth() throws IOException {
        return read(DepthJudge.NAME, Depth.class);
    }

    Objects objects() throws IOException {
        return read(ObjectJudge.NAME, Objects.class);
    }

    private <T> T read(String name, Class<T> type) throws IOException {
        Path file = folder.resolve(name + ".json");
        if (!Files.exists(file)) {
            throw new IOException(file + ": does not exist; train the judges first");
        }
        try {
            return JSON.readValue(Files.readString(file), type);
        } catch (JacksonException e) {
            throw new IOException(file + ": not the description of a judge: " + e.getOriginalMessage(), e);
        }
    }
}
