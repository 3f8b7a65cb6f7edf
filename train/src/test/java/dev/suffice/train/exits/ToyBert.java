package dev.suffice.train.exits;

import dev.suffice.engine.Shape;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.train.nn.BertConfig;
import dev.suffice.train.nn.BertEncoder;
import dev.suffice.train.nn.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A random BERT of three layers, and a task that it can learn: does token 7 occur? */
final class ToyBert {
    static final BertConfig CONFIG = new BertConfig(20, 32, 3, 4, 64, 16, 2, 1e-12, 0);
    static final int ASKED = 7;

    private ToyBert() {}

    static ExitBase write(Path folder, long seed) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "bert", "vocab_size": 20, "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4,
                 "intermediate_size": 64, "max_position_embeddings": 16, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
                 "hidden_act": "gelu", "pad_token_id": 0, "torch_dtype": "float32"}
                """);
        var random = new SplittableRandom(seed);
        var writer = new SafetensorsWriter();
        try (var parameters = new Parameters()) {
            for (var weight : BertEncoder.trained(parameters, CONFIG).base()) {
                long[] shape = weight.shape();
                float[] values = new float[(int) Shape.of(shape).elements()];
                double scale = shape.length == 1 ? 0.02 : weight.name().contains("embeddings") ? 1 : 0.25;
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float)
                            ((weight.name().endsWith("LayerNorm.weight") ? 1 : 0) + scale * random.nextGaussian());
                }
                writer.tensor(weight.name(), Shape.of(shape), values);
            }
        }
        writer.write(folder.resolve("model.safetensors"));
        return new ExitBase(folder, "toy/bert");
    }

    /** Token ids from 2, behind 1 as the first token; about half of the texts have the token. */
    static List<int[]> texts(int count, long seed) {
        var random = new SplittableRandom(seed);
        var texts = new ArrayList<int[]>();
        for (int n = 0; n < count; n++) {
            int[] text = new int[3 + random.nextInt(6)];
            text[0] = 1;
            boolean has = random.nextBoolean();
            for (int t = 1; t < text.length; t++) {
                int id = 2 + random.nextInt(17);
                text[t] = id >= ASKED ? id + 1 : id;
            }
            if (has) {
                text[1 + random.nextInt(text.length - 1)] = ASKED;
            }
            texts.add(text);
        }
        return texts;
    }

    static boolean has(int[] text) {
        for (int id : text) {
            if (id == ASKED) {
                return true;
            }
        }
        return false;
    }

    static List<ExitExample> categories(int count, long seed) {
        return texts(count, seed).stream()
                .map(text -> ExitExample.of(text, has(text) ? 1 : 0))
                .toList();
    }

    static ExitData data(int training, int heldOut) {
        return new ExitData(
                ExitTask.SINGLE_LABEL, List.of("absent", "present"), categories(training, 1), categories(heldOut, 2));
    }
}
