package dev.suffice.diffusion.stepsaver;

import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.family.SentenceEncoder;
import dev.suffice.models.store.PackagedEncoder;
import java.nio.file.Path;

/**
 * Features of prompts for a predictor that stands alone: by a sentence encoder of its own, whatever text encoder the model has. Prompts are not
 * padded, so a short one takes little time. Thread-safe.
 */
public final class SentenceFeatures implements AutoCloseable {
    private final SentenceEncoder encoder;

    private SentenceFeatures(SentenceEncoder encoder) {
        this.encoder = encoder;
    }

    /**
     * Opens the encoder.
     *
     * @param cache folder that its files are unpacked to once
     * @throws dev.suffice.core.SufficeException if its library is not on the class path
     */
    public static SentenceFeatures open(PackagedEncoder files, Path cache, Engine engine, SessionOptions options) {
        return new SentenceFeatures(SentenceEncoder.open(files, cache, engine, options));
    }

    /** Features of a prompt; a long one is cut. */
    public float[] of(String prompt) {
        var encoding = encoder.tokenizer().encode(prompt);
        return PromptFeatures.of(encoder.states(encoding), encoder.width(), encoding.ids().length);
    }

    @Override
    public void close() {
        encoder.close();
    }
}
