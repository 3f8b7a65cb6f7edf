package dev.suffice.classify;

import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.models.folder.Config;
import dev.suffice.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** A classifier of three layers with random weights, recorded from transformers, with random heads behind the first two, that knows words w5 to w59. */
final class TinyClassifier {
    /** Tokenizers, and what transformers makes of pairs. */
    static final Path PAIRS = Path.of("../models/src/test/resources/goldens/encoders-pairs");

    private static final Path GOLDENS = Path.of("../models/src/test/resources/goldens/encoders");
    private static final int HIDDEN = 32;
    private static final int WIDTH = 8;

    private TinyClassifier() {}

    /**
     * Makes its folder.
     *
     * @param golden which of the recorded models
     * @param exits with heads behind the first two layers, or without
     */
    static Path folder(Path folder, String golden, boolean exits) throws IOException {
        Files.createDirectories(folder);
        for (var name : List.of("config.json", "model.safetensors")) {
            Files.copy(GOLDENS.resolve(golden).resolve(name), folder.resolve(name));
        }
        var words = IntStream.range(0, 60)
                .mapToObj(id -> "\"%s\": %d"
                        .formatted(
                                switch (id) {
                                    case 0 -> "[PAD]";
                                    case 1 -> "[UNK]";
                                    case 2 -> "[CLS]";
                                    case 3 -> "[SEP]";
                                    default -> "w" + id;
                                },
                                id))
                .collect(Collectors.joining(", "));
        Files.writeString(folder.resolve("tokenizer.json"), """
                {"version": "1.0", "truncation": null, "padding": null, "normalizer": null, "decoder": null,
                 "added_tokens": [
                  {"id": 0, "content": "[PAD]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
                  {"id": 2, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
                  {"id": 3, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
                 "pre_tokenizer": {"type": "WhitespaceSplit"},
                 "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
                 "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {%s}}}
                """.formatted(words));
        if (exits) {
            int labels = Math.max(
                    1,
                    Config.read(folder.resolve("config.json"))
                            .find("id2label")
                            .map(node -> node.size())
                            .orElse(2));
            var file = new SafetensorsWriter();
            var random = new Random(4);
            for (int after = 1; after <= 2; after++) {
                var path = "exits.%d.".formatted(after);
                file.tensor(path + "dense.weight", Shape.of(WIDTH, HIDDEN), values(random, WIDTH * HIDDEN, 0.4));
                file.tensor(path + "dense.bias", Shape.of(WIDTH), values(random, WIDTH, 0.1));
                file.tensor(path + "out_proj.weight", Shape.of(labels, WIDTH), values(random, labels * WIDTH, 1));
                file.tensor(path + "out_proj.bias", Shape.of(labels), values(random, labels, 0.1));
                file.tensor(path + "confidence.weight", Shape.of(1, WIDTH), values(random, WIDTH, 1));
                file.tensor(path + "confidence.bias", Shape.of(1), values(random, 1, 0.1));
            }
            file.write(folder.resolve(ClassifierFolder.EXITS));
            Files.writeString(
                    folder.resolve(ClassifierCard.FILE),
                    JsonMapper.shared()
                            .writeValueAsString(JsonMapper.shared()
                                    .createObjectNode()
                                    .set(
                                            "exits",
                                            JsonMapper.shared()
                                                    .createArrayNode()
                                                    .add(1)
                                                    .add(2))));
        }
        return folder;
    }

    private static float[] values(Random random, int count, double scale) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    static TextClassifier open(Path folder) {
        return TextClassifier.open(
                folder,
                "tiny",
                folder.resolve("cache"),
                _ -> Optional.empty(),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults().withThreads(1));
    }

    /** Texts of 1 to 20 words. */
    static List<TextInput> texts(int count, long seed) {
        var random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(_ -> IntStream.range(0, 1 + random.nextInt(20))
                        .mapToObj(_ -> "w" + (5 + random.nextInt(55)))
                        .collect(Collectors.joining(" ")))
                .map(TextInput::of)
                .toList();
    }
}
