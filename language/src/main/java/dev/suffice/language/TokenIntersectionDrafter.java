package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.DraftScores;
import dev.suffice.language.speculate.DraftToken;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.models.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Drafts with a smaller model of another vocabulary, from the tokens that both have (token-level intersection, Timor et al. 2025): its scores of these take the
 * target's numbers, and what the answer is chosen by makes a distribution of them, so that a draft is judged as one of the same vocabulary. The smaller model
 * reads the text in its own tokens. How sure it is: the probability that it gives its token among all of its own.
 */
public final class TokenIntersectionDrafter implements Drafter {
    /** With less of the target's tokens next to nothing of a text can be drafted. */
    static final double LEAST_COVERAGE = 0.02;

    /** Below all scores of models, and above what may not be written: chosen only where nothing that both have may follow. */
    private static final float NOT_SHARED = -1e30f;

    private final DecoderSession session;
    private final Tokenizer target;
    private final ByteTokenizer draft;
    private final VocabularyMap map;

    /**
     * Drafts with a model; session and tokenizers stay the caller's.
     *
     * @param session of the draft model
     * @param draft its tokenizer
     * @param target tokenizer of the model that is drafted for
     * @param map of the two vocabularies
     * @throws InvalidRequestException if the draft model has less than a fiftieth of the target's tokens
     */
    public TokenIntersectionDrafter(DecoderSession session, Tokenizer draft, Tokenizer target, VocabularyMap map) {
        if (map.coverage() < LEAST_COVERAGE) {
            throw new InvalidRequestException(
                    "draft model: has %.2f%% of the model's tokens: must be at least %.0f%% to draft token by token; take a model with a more similar vocabulary, or let it draft as text (draft=NAME,slem)"
                            .formatted(100 * map.coverage(), 100 * LEAST_COVERAGE));
        }
        this.session = session;
        this.target = target;
        this.draft = new ByteTokenizer(draft);
        this.map = map;
    }

    @Override
    public String name() {
        return "draft-tli";
    }

    @Override
    public boolean free() {
        return false;
    }

    @Override
    public Session start(Writing writing, long seed) {
        return new Text(writing, seed);
    }

    private final class Text implements Session {
        private final Writing writing;
        private final SplittableRandom random;
        private final DraftReader reader = new DraftReader(session);
        private final DraftText text = new DraftText(target, draft, map);

        Text(Writing writing, long seed) {
            this.writing = writing;
            // Not the generator of the answer's own choices.
            this.random = new SplittableRandom(~seed);
        }

        @Override
        public void read(int[] tokens) {
            text.read(tokens);
        }

        @Override
        public List<DraftToken> draft(int most, Extent extent) {
            var proposed = new ArrayList<DraftToken>();
            var ahead = writing.copy();
            var own = new int[0];
            int room = most;
            while (proposed.size() < room && extent.more(proposed)) {
                float[] logits;
                if (proposed.isEmpty()) {
                    own = text.tokens();
                    room = own.length == 0 ? 0 : Math.min(most, reader.room(own.length));
                    if (room == 0) {
                        break;
                    }
                    logits = reader.after(own);
                } else {
                    logits = reader.after(map.toDraft(proposed.getLast().token()));
                }
                var distribution = ahead.next(shared(logits));
                int token = distribution.draw(random);
                int drawn = map.toDraft(token);
                if (drawn == VocabularyMap.NONE) {
                    break;
                }
                var scores = new DraftScores(logits);
                proposed.add(new DraftToken(token, scores.probability(drawn), distribution).with(scores));
                ahead.add(token);
            }
            return proposed;
        }

        /** Scores of the draft model's tokens under the target's numbers. */
        private float[] shared(float[] logits) {
            var scores = new float[map.targetTokens()];
            Arrays.fill(scores, NOT_SHARED);
            for (int token = 0; token < logits.length; token++) {
                int number = map.toTarget(token);
                if (number != VocabularyMap.NONE) {
                    scores[number] = logits[token];
                }
            }
            return scores;
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
