package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.DraftScores;
import dev.suffice.language.speculate.DraftToken;
import dev.suffice.language.speculate.Drafter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Drafts with a smaller model of the same vocabulary (Leviathan et al. 2023), by the same rules of choice as the answer. How sure it is: the probability that
 * the smaller model gives its token.
 */
public final class ModelDrafter implements Drafter {
    private final DecoderSession session;

    /**
     * Drafts with a model; the session stays the caller's.
     *
     * @param vocabulary tokens of the model that is drafted for
     * @throws InvalidRequestException if the smaller model has fewer
     */
    public ModelDrafter(DecoderSession session, int vocabulary) {
        int own = session.vocabulary();
        if (own < vocabulary) {
            throw new InvalidRequestException(
                    "draft model: knows %d tokens, the model %d: a draft model has to have the same vocabulary"
                            .formatted(own, vocabulary));
        }
        this.session = session;
    }

    @Override
    public String name() {
        return "draft";
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
        private final TokenList tokens = new TokenList();

        Text(Writing writing, long seed) {
            this.writing = writing;
            // Not the generator of the answer's own choices.
            this.random = new SplittableRandom(~seed);
        }

        @Override
        public void read(int[] more) {
            tokens.add(more);
        }

        @Override
        public List<DraftToken> draft(int most, Extent extent) {
            var draft = new ArrayList<DraftToken>();
            int room = Math.min(most, reader.room(tokens.length()));
            var ahead = writing.copy();
            while (draft.size() < room && extent.more(draft)) {
                var logits = draft.isEmpty()
                        ? reader.after(tokens.toArray())
                        : reader.after(draft.getLast().token());
                var scores = new DraftScores(logits.clone());
                var distribution = ahead.next(logits);
                int token = distribution.draw(random);
                draft.add(new DraftToken(token, scores.probability(token), distribution).with(scores));
                ahead.add(token);
            }
            return draft;
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
