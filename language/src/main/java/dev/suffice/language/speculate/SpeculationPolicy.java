package dev.suffice.language.speculate;

import dev.suffice.core.InvalidRequestException;
import java.util.List;

/**
 * How far to draft. A policy changes how many tokens are drafted, never which are written. Immutable; what it learns of one text is in a {@link Decisions}.
 */
public sealed interface SpeculationPolicy {
    /** Tokens that are drafted at most, whatever the policy. */
    int MOST = 16;

    /** Short name, for reports and options. */
    String name();

    /**
     * Begins a text.
     *
     * @param costs of passes of this model on this machine, shared with other texts
     */
    Decisions start(PassCosts costs);

    /** A drafter and what it knows of the text. */
    record Active(Drafter drafter, Drafter.Session session) {}

    /** A draft, and whose it is. */
    record Chosen(int drafter, List<DraftToken> draft) {
        /** No draft. */
        public static final Chosen NOTHING = new Chosen(-1, List.of());

        /** Copies the list. */
        public Chosen {
            draft = List.copyOf(draft);
        }
    }

    /** The decisions for one text. Not thread-safe. */
    interface Decisions {
        /**
         * Drafts, or does not.
         *
         * @param drafters who may
         * @param room tokens that may be drafted at most, 0 to {@link #MOST}
         */
        Chosen draft(List<Active> drafters, int room);

        /** Hears what came of it. */
        default void heard(Round round) {}
    }

    /** Nothing is drafted. */
    record None() implements SpeculationPolicy {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public Decisions start(PassCosts costs) {
            return (_, _) -> Chosen.NOTHING;
        }
    }

    /**
     * Always as many, by the first drafter.
     *
     * @param tokens 1 to {@link #MOST}
     */
    record Fixed(int tokens) implements SpeculationPolicy {
        /** Checks the range. */
        public Fixed {
            check(tokens);
        }

        @Override
        public String name() {
            return "fixed=" + tokens;
        }

        @Override
        public Decisions start(PassCosts costs) {
            return (drafters, room) -> first(drafters, Math.min(room, tokens), _ -> true);
        }
    }

    /**
     * Two more after a draft that was accepted whole, one less otherwise (transformers' default schedule), by the first drafter.
     *
     * @param first tokens at first, 1 to {@link #MOST}
     */
    record Heuristic(int first) implements SpeculationPolicy {
        /** Checks the range. */
        public Heuristic {
            check(first);
        }

        @Override
        public String name() {
            return "heuristic";
        }

        @Override
        public Decisions start(PassCosts costs) {
            return new Decisions() {
                private int tokens = first;

                @Override
                public Chosen draft(List<Active> drafters, int room) {
                    return SpeculationPolicy.first(drafters, Math.min(room, tokens), _ -> true);
                }

                @Override
                public void heard(Round round) {
                    if (!round.draft().isEmpty()) {
                        boolean whole = round.accepted() == round.draft().size();
                        tokens = Math.clamp(whole ? tokens + 2L : tokens - 1L, 1, MOST);
                    }
                }
            };
        }
    }

    /**
     * Until the drafter is not sure enough of its own token; the threshold follows what is accepted (Mamou et al. 2024): once there are more than five accepted
     * and five other tokens, it is where false accepts + 3 x missed accepts are fewest.
     *
     * @param threshold at first, 0 to 1
     */
    record Confidence(double threshold) implements SpeculationPolicy {
        /** Checks the range. */
        public Confidence {
            if (!(threshold >= 0 && threshold <= 1)) {
                throw new InvalidRequestException("confidence %s: must be between 0 and 1".formatted(threshold));
            }
        }

        @Override
        public String name() {
            return "confidence";
        }

        @Override
        public Decisions start(PassCosts costs) {
            return new ConfidenceDecisions(threshold);
        }
    }

    /**
     * Until a classifier that was trained for the two models finds the last token likely to be rejected (DISCO, Mamou et al. 2024), by the first drafter. Tokens of
     * which no draft model said anything do not end a draft.
     *
     * @param model the classifier, its threshold, and whom it was trained for
     */
    record Disco(DiscoModel model) implements SpeculationPolicy {
        @Override
        public String name() {
            return "disco";
        }

        @Override
        public Decisions start(PassCosts costs) {
            return (drafters, room) -> first(drafters, room, this::more);
        }

        private boolean more(List<DraftToken> draft) {
            return draft.isEmpty()
                    || draft.getLast()
                            .scores()
                            .map(said ->
                                    model.classifier().probability(DraftClassifier.features(said, draft.size() - 1)))
                            .map(probability -> probability >= model.threshold())
                            .orElse(true);
        }
    }

    /**
     * As many, and by whom, as gives the most tokens in the least time: acceptance is estimated while the text is written, costs are measured; nothing is drafted
     * where that does not pay.
     */
    record Auto() implements SpeculationPolicy {
        @Override
        public String name() {
            return "auto";
        }

        @Override
        public Decisions start(PassCosts costs) {
            return new CostAwareDecisions(costs);
        }
    }

    private static void check(int tokens) {
        if (tokens < 1 || tokens > MOST) {
            throw new InvalidRequestException("%d draft tokens: must be between 1 and %d".formatted(tokens, MOST));
        }
    }

    /** A draft of the first drafter that proposes anything. */
    static Chosen first(List<Active> drafters, int most, Drafter.Extent extent) {
        for (int d = 0; most > 0 && d < drafters.size(); d++) {
            var draft = drafters.get(d).session().draft(most, extent);
            if (!draft.isEmpty()) {
                return new Chosen(d, draft);
            }
        }
        return Chosen.NOTHING;
    }
}
