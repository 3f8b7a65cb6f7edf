package dev.suffice.language.speculate;

import dev.suffice.language.speculate.SpeculationPolicy.Active;
import dev.suffice.language.speculate.SpeculationPolicy.Chosen;
import java.util.ArrayList;
import java.util.List;

/** The decisions of {@link SpeculationPolicy.Confidence} for one text. */
final class ConfidenceDecisions implements SpeculationPolicy.Decisions {
    private static final int FEWEST = 5;
    private static final double MISSED = 3;
    private static final int REMEMBERED = 1000;

    private final List<Seen> seen = new ArrayList<>();
    private double threshold;

    private record Seen(double confidence, boolean accepted) {}

    ConfidenceDecisions(double threshold) {
        this.threshold = threshold;
    }

    double threshold() {
        return threshold;
    }

    @Override
    public Chosen draft(List<Active> drafters, int room) {
        return SpeculationPolicy.first(
                drafters, room, draft -> draft.isEmpty() || draft.getLast().confidence() >= threshold);
    }

    @Override
    public void heard(Round round) {
        for (int i = 0; i < Math.min(round.draft().size(), round.accepted() + 1); i++) {
            seen.add(new Seen(round.draft().get(i).confidence(), i < round.accepted()));
        }
        if (seen.size() > REMEMBERED) {
            seen.subList(0, seen.size() - REMEMBERED).clear();
        }
        long accepted = seen.stream().filter(Seen::accepted).count();
        long others = seen.size() - accepted;
        if (accepted <= FEWEST || others <= FEWEST) {
            return;
        }
        double least = Double.POSITIVE_INFINITY;
        for (var candidate :
                seen.stream().map(Seen::confidence).distinct().sorted().toList()) {
            double falsely = 0;
            double missed = 0;
            for (var one : seen) {
                if (!one.accepted() && one.confidence() >= candidate) {
                    falsely++;
                } else if (one.accepted() && one.confidence() < candidate) {
                    missed++;
                }
            }
            double loss = falsely / others + MISSED * missed / accepted;
            if (loss < least) {
                least = loss;
                threshold = candidate;
            }
        }
    }
}
