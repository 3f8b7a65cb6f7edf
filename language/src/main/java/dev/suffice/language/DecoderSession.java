package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.decoder.Decoder;
import dev.suffice.models.decoder.DraftHead;
import dev.suffice.models.decoder.ExitHead;
import dev.suffice.models.decoder.ExportedDecoder;
import java.util.Optional;

/**
 * A decoder made ready to run, for texts of up to a number of tokens. Texts that are being read are {@link DecodedText}s, any number of which share the
 * weights. Thread-safe.
 */
public final class DecoderSession implements AutoCloseable {
    private final DecoderNetwork network;
    private final int context;

    private DecoderSession(DecoderNetwork network, int context) {
        this.network = network;
        this.context = context;
    }

    /**
     * Opens a decoder.
     *
     * @param context most tokens of a text, with those that are generated, at least 1 and at most what the model was made for
     * @throws InvalidRequestException if the context is out of its range
     */
    public static DecoderSession open(Decoder decoder, int context, Engine engine, SessionOptions options) {
        return open(decoder, Optional.empty(), context, engine, options);
    }

    /**
     * Opens a decoder with a head that drafts for it.
     *
     * @param head that fits the decoder
     * @param context as above
     * @throws InvalidRequestException if the context is out of its range, or the head does not fit
     */
    public static DecoderSession open(
            Decoder decoder, Optional<DraftHead> head, int context, Engine engine, SessionOptions options) {
        check(decoder.config().maxPositions(), context);
        return new DecoderSession(BuiltDecoder.open(decoder, head, context, engine, options), context);
    }

    /**
     * Opens a decoder in two parts, with an exit head in between that drafts for it.
     *
     * @param head that fits the decoder
     * @param context as above
     * @throws InvalidRequestException if the context is out of its range, or the head does not fit
     */
    public static DecoderSession open(
            Decoder decoder, ExitHead head, int context, Engine engine, SessionOptions options) {
        check(decoder.config().maxPositions(), context);
        return new DecoderSession(BuiltDecoder.open(decoder, head, context, engine, options), context);
    }

    /**
     * Opens a decoder that others have exported.
     *
     * @param context as above
     * @throws InvalidRequestException if the context is out of its range
     * @throws dev.suffice.models.ModelException if its network is not one that can be read on with
     */
    public static DecoderSession open(ExportedDecoder decoder, int context, Engine engine, SessionOptions options) {
        check(decoder.maxPositions(), context);
        return new DecoderSession(ExportedNetwork.open(decoder, engine, options), context);
    }

    /** Opens a decoder that also gives the states after a layer. */
    static BuiltDecoder reading(Decoder decoder, int layer, int context, Engine engine, SessionOptions options) {
        check(decoder.config().maxPositions(), context);
        return BuiltDecoder.reading(decoder, layer, context, engine, options);
    }

    private static void check(int most, int context) {
        if (context < 1 || context > most) {
            throw new InvalidRequestException(
                    "context of %d tokens: must be between 1 and %d, what the model was made for"
                            .formatted(context, most));
        }
    }

    /** Whether it was exported by others, so that it can neither be cut nor asked for its states. */
    public boolean isExported() {
        return network instanceof ExportedNetwork;
    }

    /** Whether it was opened with a head that drafts for it. */
    public boolean hasDraftHead() {
        return head().isPresent();
    }

    /** What drafts for it, if it was opened with that. */
    Optional<DraftHeadSession> head() {
        return network instanceof BuiltDecoder built ? built.head() : Optional.empty();
    }

    /** Whether it was opened with an exit head that drafts for it. */
    public boolean hasExitHead() {
        return parts().isPresent();
    }

    /** Its parts, if it was opened in parts. */
    Optional<SplitDecoder> parts() {
        return network instanceof BuiltDecoder built ? built.parts() : Optional.empty();
    }

    /**
     * What it was built from.
     *
     * @throws InvalidRequestException if it was exported by others
     */
    public Decoder decoder() {
        if (network instanceof BuiltDecoder built) {
            return built.decoder();
        }
        throw new InvalidRequestException(
                "an exported network cannot be taken apart; use the folder with the model's own weights (safetensors), or its GGUF file");
    }

    /** Tokens that it knows. */
    public int vocabulary() {
        return network.vocabulary();
    }

    /** Most tokens of a text. */
    public int context() {
        return context;
    }

    /** A text without tokens; the caller closes it before this session. */
    public DecodedText text() {
        return new DecodedText(this, network.reading(context));
    }

    /** Frees the weights. No text may be open. */
    @Override
    public void close() {
        network.close();
    }
}
