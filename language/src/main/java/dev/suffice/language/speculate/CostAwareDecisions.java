package dev.suffice.language.speculate;

import dev.suffice.language.speculate.SpeculationPolicy.Active;
import dev.suffice.language.speculate.SpeculationPolicy.Chosen;
import java.util.ArrayList;
import java.util.List;

/**
 * The decisions of {@link SpeculationPolicy.Auto} for one text. Expected tokens of a draft of k: 1 + a1 + a1 a2 + ... + a1 ... ak, with the estimated acceptance of
 * each; its cost: the pass of k + 1 tokens, what was spent on drafting being spent. The drafter and the length are chosen that bring most beyond what their time is worth at the
 * {@link WritingRate}, if that beats the plain pass. Drafters that
 * cost nothing are judged in every round by what was written, drafted or not, so that they need not be tried to be known. Others draft, token by token, as long
 * as one more is likely to pay; they are not asked where their record promises less than what is at hand, and asked again after pauses that double. What earlier
 * texts have shown is where a text starts from.
 */
final class CostAwareDecisions implements SpeculationPolicy.Decisions {
    /** What a plain pass counts as, in tokens: estimates err, and what is lost by it weighs more than what is gained. */
    private static final double MARGIN = 1.03;

    /** A token of a drafter that was never measured, in plain passes. */
    private static final double UNKNOWN_COST = 0.1;

    /** What a drafter that costs is thought to get right before it was tried. */
    private static final double UNKNOWN_ACCEPTANCE = 0.6;

    /** How much more a drafter may promise, once its confidence is known, than its record does. */
    private static final double HOPE = 1.15;

    /** So many times what a drafter that costs promises may be at hand: what it says of that is worth a token. */
    private static final double SECOND_OPINION = 1.5;

    private static final int FIRST_PAUSE = 4;
    private static final int LONGEST_PAUSE = 64;

    private final PassCosts costs;
    private final List<Known> known = new ArrayList<>();
    private final WritingRate rate;

    /** What drafting has cost in this round, in plain passes. */
    private double spent;

    /** What is known of a drafter in this text. */
    private static final class Known {
        private final DrafterRecord record;
        private final boolean free;
        private final Acceptance acceptance = new Acceptance();
        private List<DraftToken> proposed = List.of();
        private boolean started;
        private int pause;
        private int resting;

        Known(DrafterRecord record, boolean free) {
            this.record = record;
            this.free = free;
        }

        double estimate(int position, Witness witness, DraftToken token) {
            double confidence = token.confidence();
            return acceptance.estimate(position, witness, confidence, record.estimate(position, witness, confidence));
        }

        /** Of a token that is not drafted yet. */
        double average(int position) {
            return acceptance.average(position, Witness.NONE, record.average(position, UNKNOWN_ACCEPTANCE));
        }
    }

    CostAwareDecisions(PassCosts costs) {
        this.costs = costs;
        this.rate = new WritingRate(costs.rate());
    }

    @Override
    public Chosen draft(List<Active> drafters, int room) {
        for (int d = known.size(); d < drafters.size(); d++) {
            var drafter = drafters.get(d).drafter();
            known.add(new Known(costs.drafter(drafter.name()), drafter.free()));
        }
        known.forEach(one -> one.proposed = List.of());
        spent = 0;
        if (room == 0) {
            return Chosen.NOTHING;
        }
        double best = 1;
        for (int d = 0; d < drafters.size(); d++) {
            var one = known.get(d);
            var active = drafters.get(d);
            if (active.drafter().free()) {
                one.proposed = active.session().draft(room, _ -> true);
                best = Math.max(best, promise(one).rate());
            } else if (asked(one, hope(one, room), best)) {
                spent += draft(one, active, room);
            }
        }
        return choose();
    }

    /** Whether a drafter that costs is to draft: it promises enough beside what is at hand, or it has not been tried for long. */
    private static boolean asked(Known one, double hope, double best) {
        if (hope >= MARGIN) {
            return hope * SECOND_OPINION >= best;
        }
        if (one.resting > 0) {
            one.resting--;
            return false;
        }
        one.pause = Math.clamp(2L * one.pause, FIRST_PAUSE, LONGEST_PAUSE);
        one.resting = one.pause;
        return true;
    }

    /** Drafts with a drafter that costs; what that took, in plain passes. */
    private double draft(Known one, Active active, int room) {
        long started = System.nanoTime();
        var further = new long[] {started};
        one.proposed = active.session().draft(room, draft -> {
            if (draft.size() == 1) {
                further[0] = System.nanoTime();
            }
            return pays(one, draft);
        });
        long ended = System.nanoTime();
        int tokens = one.proposed.size();
        long first = (further[0] == started ? ended : further[0]) - started;
        if (one.started && costs.single() > 0) {
            one.record.drafted(tokens, first / costs.single(), (ended - started - first) / costs.single());
        }
        one.started = true;
        return drafting(one, tokens);
    }

    /** The best of all that was proposed; what was spent on it is spent, whatever is chosen. */
    private Chosen choose() {
        var chosen = Chosen.NOTHING;
        double gain = MARGIN - rate.value();
        for (int d = 0; d < known.size(); d++) {
            var one = known.get(d);
            var promise = promise(one);
            if (promise.length() > 0 && promise.gain() > gain) {
                gain = promise.gain();
                chosen = new Chosen(d, one.proposed.subList(0, promise.length()));
            }
        }
        return chosen;
    }

    /**
     * What a draft promises.
     *
     * @param length of the draft
     * @param gain tokens beyond what its pass is worth
     * @param rate tokens in the time of a plain pass
     */
    private record Promise(int length, double gain, double rate) {}

    private Promise promise(Known one) {
        double worth = rate.value();
        var best = new Promise(0, 1 - worth, 1);
        double reached = 1;
        double tokens = 1;
        for (int k = 1; k <= one.proposed.size(); k++) {
            reached *= one.estimate(k - 1, witness(one, one.proposed, k - 1), one.proposed.get(k - 1));
            tokens += reached;
            double gain = tokens - worth * verify(k);
            if (gain > best.gain()) {
                best = new Promise(k, gain, tokens / verify(k));
            }
        }
        return best;
    }

    /** Tokens for the time of a plain pass that a drafter that costs may promise, by its record. */
    private double hope(Known one, int room) {
        double best = 0;
        double reached = 1;
        double tokens = 1;
        for (int k = 1; k <= room; k++) {
            reached *= one.average(k - 1);
            tokens += reached;
            best = Math.max(best, tokens / (verify(k) + drafting(one, k)));
        }
        return best * HOPE;
    }

    /** Whether one more token of a drafter that costs is likely to bring more than what its time is worth. */
    private boolean pays(Known one, List<DraftToken> draft) {
        int k = draft.size();
        if (k == 0) {
            return true; // Whether it is asked at all is decided before.
        }
        double reached = 1;
        for (int i = 0; i < k; i++) {
            reached *= one.estimate(i, witness(one, draft, i), draft.get(i));
        }
        double passes = verify(k + 1) - verify(k) + drafting(one, k + 1) - drafting(one, k);
        return reached * one.average(k) > rate.value() * passes;
    }

    private double verify(int drafted) {
        return costs.relative(drafted + 1);
    }

    /** Cost of drafting so many tokens, in plain passes. */
    private static double drafting(Known one, int tokens) {
        return one.record.cost(tokens, UNKNOWN_COST);
    }

    /** What drafters of the other sort say of a token. */
    private Witness witness(Known one, List<DraftToken> draft, int position) {
        var said = Witness.NONE;
        for (var other : known) {
            if (other.free != one.free) {
                var says = Witness.of(draft, position, other.proposed);
                if (says == Witness.AGREES) {
                    return says;
                }
                said = says == Witness.DISPUTES ? says : said;
            }
        }
        return said;
    }

    @Override
    public void heard(Round round) {
        double passes = verify(round.draft().size()) + spent;
        rate.add(round.written().length, passes);
        costs.written(round.written().length, passes);
        for (int d = 0; d < known.size(); d++) {
            var one = known.get(d);
            int judged = Math.min(one.proposed.size(), round.written().length);
            for (int i = 0; i < judged; i++) {
                var proposed = one.proposed.get(i);
                boolean taken = proposed.token() == round.written()[i];
                var witness = witness(one, one.proposed, i);
                one.acceptance.observe(i, witness, proposed.confidence(), taken);
                one.record.observe(i, witness, proposed.confidence(), taken);
                if (!taken) {
                    break;
                }
            }
            if (judged > 0 && one.proposed.getFirst().token() == round.written()[0]) {
                one.pause = 0;
            }
        }
    }
}
