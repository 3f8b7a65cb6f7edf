package dev.suffice.diffusion;

import dev.suffice.models.tokenizer.Encoding;

/** Encodes prompts as the U-Net reads them. Thread-safe. */
interface TextConditioning extends AutoCloseable {
    /** Length of each sequence. */
    int tokens();

    /** Length of each vector. */
    int size();

    /** Floating-point operations of one encoding; 0 where not counted. */
    long flops();

    /** One prompt to [tokens, size]; tells the listener when the prompt is too long and was cut. */
    PromptEncoding encode(String prompt, RunListener listener);

    /** Tells the listener when a prompt was too long. */
    static void tellIfCut(Encoding encoding, String prompt, RunListener listener) {
        if (encoding.truncated()) {
            listener.warning("the prompt \"%s\" is longer than %d tokens: its end is ignored"
                    .formatted(abbreviated(prompt), encoding.ids().length));
        }
    }

    /** How many positions of a padded encoding belong to the prompt. */
    static int used(Encoding encoding) {
        return Math.min(encoding.tokens(), encoding.ids().length);
    }

    private static String abbreviated(String prompt) {
        var end = prompt.codePointCount(0, prompt.length()) <= 40 ? prompt.length() : prompt.offsetByCodePoints(0, 40);
        return end == prompt.length() ? prompt : prompt.substring(0, end) + " ...";
    }

    @Override
    void close();
}
