package dev.suffice.train.exithead;

import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.decoder.Decoder;

/**
 * The model that a head is trained for.
 *
 * @param decoder its network
 * @param fingerprint of its weights, as {@link dev.suffice.language.LanguageModel#fingerprint} has it
 * @param engine that runs it
 * @param options of sessions
 */
public record ModelView(Decoder decoder, String fingerprint, Engine engine, SessionOptions options) {}
