package dev.suffice.language.speculate;

import dev.suffice.language.speculate.SpeculationPolicy.Active;
import dev.suffice.language.speculate.SpeculationPolicy.Chosen;
import java.util.ArrayList;
import java.util.List;

/**
 * The decisions of {@link SpeculationPolicy.Auto} for one text. Expected tokens of a draft of k: 1 + a1 + a1 a2 + ... + a1 ... ak, with the estimated acceptance of
 * each; its cost: the pass of k + 1 tokens and what was spent on drafting. The best of all drafters and lengths is chosen if it beats the plain pass. Drafters that
 * cost nothing are judged in every round by what was written, drafted or not, so that they need not be tried to be known. Others draft, token by token, as long
 * as one more is likely to pay; they are not asked where their record promises less than what is at hand, and asked again after pauses that double. What earlier
 * texts have shown is where a text starts from.
 */
final class CostAwareDecisions implements SpeculationPolicy.Decisions {
    /** A draft has to promise this much more than a plain pass: estimates err, and what is lost by it weighs more than what is gained. */
    private static final double MARGIN = 1.03;

    /** A token of a drafter that was never measured, in plain passes. */
    private static final double UNKNOWN_COST = 0.1;

    /** What a drafter that costs is thought to get right before it was tried. */
    private static final double UNKNOWN_ACCEPTANCE = 0.6;

    /** How much more a drafter may promise, once its confidence is known, than its record does. */
    private static final double HOPE = 1.15;

    private static final int FIRST_PAUSE = 4;
    private static final int LONGEST_PAUSE = 64;

    private final PassCosts costs;
    private final List<Known> known = new ArrayList<>();

    /** What is known of a drafter in this text. */
    private static final class Known {
        private final DrafterRecord record;
        private final Acceptance acceptance = new Acceptance();
        private List<DraftToken> proposed = List.of();
        private boolean started;
        private int pause;
        private int resting;

        Known(DrafterRecord record) {
            this.record = record;
        }

        double estimate(int position, DraftToken token) {
            return acceptance.estimate(position, token.confidence(), record.estimate(position, token.confidence()));
        }

        /** Of a token that is not drafted yet. */
        double average(int position) {
            return acceptance.average(position, record.average(position, UNKNOWN_ACCEPTANCE));
        }
    }

    CostAwareDecisions(PassCosts costs) {
        this.costs = costs;
    }

    @Override
    public Chosen draft(List<Active> drafters, int room) {
        for (int d = known.size(); d < drafters.size(); d++) {
            known.add(new Known(costs.drafter(drafters.get(d).drafter().name())));
        }
        known.forEach(one -> one.proposed = List.of());
        if (room == 0) {
            return Chosen.NOTHING;
        }
        double spent = 0;
        double best = 1;
        for (int d = 0; d < drafters.size(); d++) {
            var one = known.get(d);
            var active = drafters.get(d);
            if (active.drafter().free()) {
                one.proposed = active.session().draft(room, _ -> true);
                best = Math.max(best, promise(one, 0).value());
            } else if (asked(one, hope(one, room), best)) {
                spent += draft(one, active, room);
            }
        }
        return choose(spent);
    }

    /** Whether a drafter that costs is to draft: it promises more than what is at hand, or it has not been tried for long. */
    private static boolean asked(Known one, double hope, double best) {
        if (hope >= best * MARGIN) {
            return true;
        }
        if (hope >= MARGIN) {
            return false;
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
        one.proposed = active.session().draft(room, draft -> pays(one, draft));
        long nanos = System.nanoTime() - started;
        if (one.started && costs.single() > 0) {
            one.record.drafted(one.proposed.size(), nanos / costs.single());
        }
        one.started = true;
        return one.proposed.size() * token(one);
    }

    /** The best of all that was proposed; what was spent on it is spent, whatever is chosen. */
    private Chosen choose(double spent) {
        var chosen = Chosen.NOTHING;
        double value = MARGIN / (1 + spent);
        for (int d = 0; d < known.size(); d++) {
            var one = known.get(d);
            var promise = promise(one, spent);
            if (promise.value() > value) {
                value = promise.value();
                chosen = new Chosen(d, one.proposed.subList(0, promise.length()));
            }
        }
        return chosen;
    }

    /** A length of a draft and what it promises: tokens for the time of a plain pass. */
    private record Promise(int length, double value) {}

    private Promise promise(Known one, double spent) {
        var best = new Promise(0, 0);
        double reached = 1;
        double tokens = 1;
        for (int k = 1; k <= one.proposed.size(); k++) {
            reached *= one.estimate(k - 1, one.proposed.get(k - 1));
            tokens += reached;
            double value = tokens / (verify(k) + spent);
            if (value > best.value()) {
                best = new Promise(k, value);
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
            best = Math.max(best, tokens / (verify(k) + k * token(one)));
        }
        return best * HOPE;
    }

    /** Whether one more token of a drafter that costs is likely to raise tokens per time. */
    private boolean pays(Known one, List<DraftToken> draft) {
        int k = draft.size();
        if (k == 0) {
            return true; // Whether it is asked at all is decided before.
        }
        double reached = 1;
        double tokens = 1;
        for (int i = 0; i < k; i++) {
            reached *= one.estimate(i, draft.get(i));
            tokens += reached;
        }
        double next = reached * one.average(k);
        return (tokens + next) * (verify(k) + k * token(one)) > tokens * (verify(k + 1) + (k + 1) * token(one));
    }

    private double verify(int drafted) {
        return costs.relative(drafted + 1);
    }

    /** Cost of drafting a token, in plain passes. */
    private double token(Known one) {
        double cost = one.record.tokenCost();
        return cost == 0 ? UNKNOWN_COST : cost;
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
                one.record.observe(i, proposed.confidence(), taken);
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
