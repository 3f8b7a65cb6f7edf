package dev.suffice.train.exits;

import dev.suffice.models.folder.Config;
import dev.suffice.models.safetensors.Weights;
import dev.suffice.train.nn.BertConfig;
import dev.suffice.train.nn.BertWeights;
import java.nio.file.Path;

/**
 * The encoder that training starts from.
 *
 * @param folder with {@code config.json} and {@code model.safetensors} of transformers' BERT
 * @param name that the result names it with, e.g. {@code BAAI/bge-small-en-v1.5}, or the folder
 */
public record ExitBase(Path folder, String name) {
    /** The folder's {@code config.json}. @throws dev.suffice.models.ModelException if there is none */
    Config json() {
        return Config.read(folder.resolve("config.json"));
    }

    /** Its shape. @throws dev.suffice.models.ModelException if it is of another family */
    BertConfig config() {
        return BertConfig.read(json());
    }

    /** Its weights. @throws dev.suffice.models.ModelException if there are none */
    BertWeights weights() {
        return new BertWeights(Weights.open(folder));
    }
}
