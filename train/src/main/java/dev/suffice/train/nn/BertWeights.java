package dev.suffice.train.nn;

import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.StoredTensor;
import dev.suffice.models.safetensors.Weights;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.zip.CRC32C;

/** The weights of a BERT checkpoint of transformers, with the names of {@code BertModel}, or those behind the prefix {@code bert.}. */
public final class BertWeights {
    private static final String PREFIX = "bert.";

    private final Weights weights;
    private final String prefix;

    /** The weights in files. They are mapped when they are asked for. */
    public BertWeights(Weights weights) {
        this.weights = weights;
        this.prefix = weights.contains(PREFIX + "embeddings.word_embeddings.weight") ? PREFIX : "";
    }

    /**
     * Sets a weight of the network from the one of its name.
     *
     * @throws ModelException if it is missing, or has another shape, or is of a type other than FLOAT32, FLOAT16 and BFLOAT16
     */
    void load(Weight weight) {
        weight.write(StoredRows.values(stored(weight)));
    }

    /** A checksum of weights' bytes, by which other weights are told from these. */
    String fingerprint(List<? extends Weight> named) {
        var sum = new CRC32C();
        for (Weight weight : named) {
            try (var arena = Arena.ofConfined()) {
                sum.update(SafetensorsFile.map(stored(weight), arena).asByteBuffer());
            }
        }
        return Long.toHexString(sum.getValue());
    }

    private StoredTensor stored(Weight weight) {
        StoredTensor tensor = weights.require(prefix + weight.name(), Shape.of(weight.shape()));
        return switch (tensor.type()) {
            case FLOAT32, FLOAT16, BFLOAT16 -> tensor;
            default ->
                throw new ModelException(
                        "%s: tensor %s: %s: training starts from FLOAT32, FLOAT16 or BFLOAT16; take the model that is not quantised"
                                .formatted(tensor.file(), tensor.name(), tensor.type()));
        };
    }
}
