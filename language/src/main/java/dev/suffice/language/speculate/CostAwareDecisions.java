package dev.suffice.language.speculate;

import dev.suffice.language.speculate.SpeculationPolicy.Active;
import dev.suffice.language.speculate.SpeculationPolicy.Chosen;
import java.util.ArrayList;
import java.util.List;

/**
 * The decisions of {@link SpeculationPolicy.Auto} for one text. Expected tokens of a draft of k: 1 + a1 + a1 a2 + ... + a1 ... ak, with the estimated acceptance of
 * each; its cost: the pass of k + 1 tokens and what drafting takes. The best of all drafters and lengths is chosen if it beats the plain pass. Drafters that
 * cost nothing are judged in every round by what was written, drafted or not, so that they need not be tried to be known; others are tried again
 * after pauses that double.
 */
final class CostAwareDecisions implements SpeculationPolicy.Decisions {
    /** A draft has to promise this much more than a plain pass: estimates err, and what is lost by it weighs more than what is gained. */
    private static final double MARGIN = 1.03;

    private static final int FIRST_PAUSE = 8;
    private static final int LONGEST_PAUSE = 256;

    private final PassCosts costs;
    private final List<Known> known = new ArrayList<>();

    /** What is known of a drafter. */
    private static final class Known {
        private final Acceptance acceptance = new Acceptance();
        private List<DraftToken> proposed = List.of();
        private double tokenNanos;
        private int pause;
        private int resting;
    }

    CostAwareDecisions(PassCosts costs) {
        this.costs = costs;
    }

    /** A length of a draft and what it promises: tokens for the cost of a plain pass. */
    private record Promise(int length, double value) {}

    @Override
    public Chosen draft(List<Active> drafters, int room) {
        while (known.size() < drafters.size()) {
            known.add(new Known());
        }
        var best = Chosen.NOTHING;
        double value = MARGIN;
        for (int d = 0; d < drafters.size(); d++) {
            var one = known.get(d);
            one.proposed = List.of();
            var active = drafters.get(d);
            if (room == 0) {
                continue;
            }
            if (active.drafter().free()) {
                one.proposed = active.session().draft(room, _ -> true);
            } else if (one.resting > 0) {
                one.resting--;
                continue;
            } else {
                one.proposed = active.session().draft(room, draft -> pays(one, draft));
            }
            var promise = best(one, one.proposed, active.drafter().free());
            if (promise.value() > value) {
                value = promise.value();
                best = new Chosen(d, one.proposed.subList(0, promise.length()));
            }
            if (!active.drafter().free() && promise.value() <= MARGIN) {
                one.pause = Math.clamp(2L * one.pause, FIRST_PAUSE, LONGEST_PAUSE);
                one.resting = one.pause;
            }
        }
        return best;
    }

    /** Whether one more token of a drafter that costs is likely to raise tokens per time. */
    private boolean pays(Known one, List<DraftToken> draft) {
        double reached = 1;
        double tokens = 1;
        for (int i = 0; i < draft.size(); i++) {
            reached *= one.acceptance.estimate(i, draft.get(i).confidence());
            tokens += reached;
        }
        int k = draft.size();
        double next = reached * one.acceptance.average(k, 0.6);
        return (tokens + next) * cost(one, k, false) > tokens * cost(one, k + 1, false);
    }

    private Promise best(Known one, List<DraftToken> draft, boolean free) {
        var best = new Promise(0, 0);
        double reached = 1;
        double tokens = 1;
        for (int k = 1; k <= draft.size(); k++) {
            reached *= one.acceptance.estimate(k - 1, draft.get(k - 1).confidence());
            tokens += reached;
            // What was drafted is paid for, whether it is used or not.
            double value = tokens / (free ? cost(one, k, true) : verify(k) + draft.size() * token(one));
            if (value > best.value()) {
                best = new Promise(k, value);
            }
        }
        return best;
    }

    private double cost(Known one, int drafted, boolean free) {
        return verify(drafted) + (free ? 0 : drafted * token(one));
    }

    private double verify(int drafted) {
        return costs.relative(drafted + 1);
    }

    /** Cost of drafting a token, in plain passes. */
    private double token(Known one) {
        double plain = costs.single();
        return plain == 0 || one.tokenNanos == 0 ? 0.2 : one.tokenNanos / plain;
    }

    @Override
    public void heard(Round round) {
        for (int d = 0; d < known.size(); d++) {
            var one = known.get(d);
            int judged = Math.min(one.proposed.size(), round.written().length);
            for (int i = 0; i < judged; i++) {
                var proposed = one.proposed.get(i);
                boolean taken = proposed.token() == round.written()[i];
                one.acceptance.observe(i, proposed.confidence(), taken);
                if (!taken) {
                    break;
                }
            }
            if (d == round.drafter() && !round.draft().isEmpty()) {
                double nanos = (double) round.draftNanos() / round.draft().size();
                one.tokenNanos = one.tokenNanos == 0 ? nanos : 0.8 * one.tokenNanos + 0.2 * nanos;
                if (round.accepted() > 0) {
                    one.pause = 0;
                }
            }
        }
    }
}
