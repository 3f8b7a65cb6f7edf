package dev.suffice.diffusion;

/** Encodes prompts as the U-Net reads them. Thread-safe. */
interface TextConditioning extends AutoCloseable {
    /** Length of each sequence. */
    int tokens();

    /** Length of each vector. */
    int size();

    /** Floating-point operations of one encoding; 0 where not counted. */
    long flops();

    /** One prompt to [tokens, size], row by row; tells the listener when the prompt is too long and was cut. */
    float[] encode(String prompt, RunListener listener);

    @Override
    void close();
}
