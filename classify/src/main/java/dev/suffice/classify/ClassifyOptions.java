package dev.suffice.classify;

import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.core.InvalidRequestException;
import java.util.Optional;

/**
 * How texts are classified.
 *
 * @param policy when they leave
 * @param truncate whether the end of texts that are too long is cut off
 * @param batch the most texts that run at once, 1 to 1024
 * @param precision what is computed with; empty for INT8 where the policy is {@code auto} and the classifier was calibrated with it, and else FLOAT32
 */
public record ClassifyOptions(ExitPolicy policy, boolean truncate, int batch, Optional<Precision> precision) {
    /** Checks the range. */
    public ClassifyOptions {
        if (batch < 1 || batch > 1024) {
            throw new InvalidRequestException("batch %d: must be between 1 and 1024".formatted(batch));
        }
    }

    /** The same with a precision. */
    public ClassifyOptions with(Precision other) {
        return new ClassifyOptions(policy, truncate, batch, Optional.of(other));
    }

    /** A policy, with nothing cut off and batches of {@value TextClassifier#BATCH}. */
    public static ClassifyOptions of(ExitPolicy policy) {
        return new ClassifyOptions(policy, false, TextClassifier.BATCH, Optional.empty());
    }
}
