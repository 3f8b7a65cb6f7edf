package dev.suffice.train;

import java.io.IOException;
import java.util.List;

/** Turns texts into the features that the U-Net attends to. */
@FunctionalInterface
interface TextEncoder {
    /**
     * Features of each text: {@value SentenceEncoder#TOKENS} rows of {@value SentenceEncoder#WIDTH} values, one after the other.
     */
    float[] encode(List<String> texts) throws IOException;
}
