package dev.suffice.language;

import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.DraftScores;
import dev.suffice.language.speculate.DraftToken;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.models.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Drafts with a smaller model of another vocabulary, as text (string-level exact match, Timor et al. 2025): what the smaller model finds likeliest becomes tokens
 * of the target, which are proposed for certain and kept where the target chooses the same. Works with any two vocabularies. How sure it is of a token: the
 * product of the probabilities of its own tokens that begin in it.
 */
public final class StringMatchDrafter implements Drafter {
    /** The smaller model may need several tokens for one of the target's. */
    private static final int STEPS_PER_TOKEN = 4;

    private final DecoderSession session;
    private final ByteTokenizer draft;
    private final ByteTokenizer target;
    private final VocabularyMap map;

    /**
     * Drafts with a model; session and tokenizers stay the caller's.
     *
     * @param session of the draft model
     * @param draft its tokenizer
     * @param target tokenizer of the model that is drafted for
     * @param map of the two vocabularies, of which only the special tokens matter
     */
    public StringMatchDrafter(DecoderSession session, Tokenizer draft, Tokenizer target, VocabularyMap map) {
        this.session = session;
        this.draft = new ByteTokenizer(draft);
        this.target = new ByteTokenizer(target);
        this.map = map;
    }

    @Override
    public String name() {
        return "draft-slem";
    }

    @Override
    public boolean free() {
        return false;
    }

    @Override
    public Session start(Writing writing, long seed) {
        return new Text();
    }

    private final class Text implements Session {
        private final DraftReader reader = new DraftReader(session);
        private final DraftText text = new DraftText(target.tokenizer(), draft, map);
        private final TextBorder border = new TextBorder(target);

        @Override
        public void read(int[] tokens) {
            text.read(tokens);
            border.read(tokens);
        }

        @Override
        public List<DraftToken> draft(int most, Extent extent) {
            List<DraftToken> proposed = List.of();
            var written = new DraftedText();
            int last = VocabularyMap.NONE;
            int steps = STEPS_PER_TOKEN * most;
            for (int step = 0; step < steps && proposed.size() < most && extent.more(proposed); step++) {
                float[] logits;
                if (step == 0) {
                    var own = text.tokens();
                    steps = own.length == 0 ? 0 : Math.min(steps, reader.room(own.length));
                    if (steps == 0) {
                        break;
                    }
                    logits = reader.after(own);
                } else {
                    logits = reader.after(last);
                }
                last = Logits.argMax(logits);
                var scores = new DraftScores(logits);
                double probability = scores.probability(last);
                if (draft.tokenizer().isSpecial(last)) {
                    return ended(proposed, map.toTarget(last), probability, scores);
                }
                written.add(draft.tokenizer().bytes(last), probability, scores);
                proposed = proposed(written);
            }
            return proposed.size() > most ? List.copyOf(proposed.subList(0, most)) : proposed;
        }

        private List<DraftToken> ended(List<DraftToken> proposed, int special, double probability, DraftScores scores) {
            if (special == VocabularyMap.NONE) {
                return proposed;
            }
            var all = new ArrayList<>(proposed);
            all.add(DraftToken.certain(special, probability).with(scores));
            return all;
        }

        /** What was drafted, in the target's tokens; not the end of it that is no whole character yet. */
        private List<DraftToken> proposed(DraftedText written) {
            var bytes = written.characters();
            var tokens = border.follow(bytes);
            var all = new ArrayList<DraftToken>();
            int from = 0;
            for (int token : tokens) {
                int to = from + target.tokenizer().bytes(token).length;
                all.add(DraftToken.certain(token, written.probability(from, to)).with(written.scores(from)));
                from = to;
            }
            return all;
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
