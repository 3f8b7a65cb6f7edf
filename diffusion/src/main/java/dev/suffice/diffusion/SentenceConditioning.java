package dev.suffice.diffusion;

import dev.suffice.models.family.SentenceEncoder;

/**
 * Prompts through an exported sentence encoder that travels in a library: its token states, prompts padded to a fixed
 * length, the padding masked inside the encoder and its states handed on like the others.
 */
record SentenceConditioning(SentenceEncoder encoder) implements TextConditioning {
    @Override
    public int tokens() {
        return encoder.tokenizer().maxLength();
    }

    @Override
    public int size() {
        return encoder.width();
    }

    @Override
    public long flops() {
        return 0; // an exported graph: not counted
    }

    @Override
    public PromptEncoding encode(String prompt, RunListener listener) {
        var encoding = encoder.tokenizer().encodePadded(prompt);
        TextConditioning.tellIfCut(encoding, prompt, listener);
        return new PromptEncoding(encoder.states(encoding), TextConditioning.used(encoding));
    }

    @Override
    public void close() {
        encoder.close();
    }
}
