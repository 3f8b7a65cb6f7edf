package dev.suffice.language;

import dev.suffice.language.Generation.SpeculationReport;
import dev.suffice.language.speculate.Round;
import dev.suffice.language.speculate.SpeculationPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** Counts what a generation does. Not thread-safe. */
final class SpeculationTally {
    private final int[] draftedAt = new int[SpeculationPolicy.MOST];
    private final int[] acceptedAt = new int[SpeculationPolicy.MOST];
    private int passes;
    private int drafted;
    private int accepted;
    private int taken;
    private int decidedAgain;
    private long draftNanos;

    /** @param unasked tokens of the draft that were taken without asking the whole model */
    void round(Round round, int unasked) {
        passes++;
        taken += unasked;
        drafted += round.draft().size();
        accepted += round.accepted();
        draftNanos += round.draftNanos();
        for (int i = 0; i < round.draft().size(); i++) {
            draftedAt[i]++;
            acceptedAt[i] += i < round.accepted() ? 1 : 0;
        }
    }

    /** A pass of its own for a position that was too close to call. */
    void again() {
        passes++;
        decidedAgain++;
    }

    SpeculationReport report(
            int prompt,
            int cached,
            int dropped,
            int tokens,
            Optional<Agreement> agreement,
            long firstNanos,
            long restNanos) {
        int deepest = draftedAt.length;
        while (deepest > 0 && draftedAt[deepest - 1] == 0) {
            deepest--;
        }
        return new SpeculationReport(
                prompt,
                cached,
                dropped,
                tokens,
                passes,
                drafted,
                accepted,
                Arrays.copyOf(draftedAt, deepest),
                Arrays.copyOf(acceptedAt, deepest),
                decidedAgain,
                taken,
                agreement,
                Duration.ofNanos(firstNanos),
                Duration.ofNanos(restNanos),
                Duration.ofNanos(draftNanos));
    }
}
