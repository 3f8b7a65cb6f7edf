package dev.suffice.language;

/** A decoder made ready to run: built from a model's weights, or exported by others. Thread-safe; texts are not. Holds native memory until closed. */
sealed interface DecoderNetwork extends AutoCloseable permits BuiltDecoder, ExportedNetwork {
    /** Tokens that it knows. */
    int vocabulary();

    /**
     * What reads a text.
     *
     * @param context most tokens of it
     */
    TextReading reading(int context);

    @Override
    void close();
}
