package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Tensor;
import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.DraftToken;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Drafts with the first layers of the model itself and an {@link dev.suffice.models.decoder.ExitHead exit head} behind them, token by token. The layers write keys and
 * values where the model keeps its own, and what they make of the tokens is what the other layers read when they judge them: nothing is computed twice. How sure it is: the
 * probability that the head gives its token.
 */
public final class ExitDrafter implements TextDrafter {
    private final int[] words;
    private final int vocabulary;

    private ExitDrafter(int[] words, int vocabulary) {
        this.words = words;
        this.vocabulary = vocabulary;
    }

    /**
     * Drafts for a model that was opened with an exit head.
     *
     * @throws InvalidRequestException if it was not
     */
    public static ExitDrafter of(DecoderSession session) {
        if (session.isExported()) {
            throw new InvalidRequestException(
                    "speculate exit: an exported network cannot be cut after a layer; use auto, lookup, suffix or a draft model");
        }
        var parts = session.parts()
                .orElseThrow(
                        () -> new InvalidRequestException(
                                "speculate exit: there is no exit head for this model; train one with ./suffice train exit-head, or use auto"));
        return new ExitDrafter(parts.words(), session.vocabulary());
    }

    @Override
    public String name() {
        return "exit";
    }

    @Override
    public Session start(DecodedText read, Writing writing, long seed) {
        return new Text(read, new WordDraws(vocabulary, writing, seed));
    }

    private final class Text implements Session {
        private final DecodedText read;
        private final WordDraws draws;
        private final Tensor logits;
        private final float[] scores = new float[words.length];
        private int length;
        private int last;

        Text(DecodedText read, WordDraws draws) {
            this.read = read;
            this.draws = draws;
            this.logits = read.ahead().logits();
        }

        @Override
        public void read(int[] tokens) {
            if (tokens.length > 0) {
                length += tokens.length;
                last = tokens[tokens.length - 1];
            }
        }

        @Override
        public List<DraftToken> draft(int most, Extent extent) {
            int room = Math.min(most, read.context() - length);
            var draft = new ArrayList<DraftToken>();
            // The last token was written and is not read yet.
            if (length == 0 || read.length() != length - 1 || room < 1 || !extent.more(draft)) {
                return draft;
            }
            read.ahead().forget();
            draws.begin();
            int token = last;
            do {
                read.readAhead(token, logits);
                MemorySegment.copy(logits.data(), ValueLayout.JAVA_FLOAT, 0, scores, 0, scores.length);
                draft.add(draws.next(scores, word -> words[word]));
                token = draft.getLast().token();
            } while (draft.size() < room && extent.more(draft));
            return draft;
        }

        @Override
        public void close() {
            logits.close();
        }
    }
}
