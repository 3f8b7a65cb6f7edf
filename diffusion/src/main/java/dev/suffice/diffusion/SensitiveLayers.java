package dev.suffice.diffusion;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for the layers of a network that must not be quantised. Most do not matter; those that do are found by halving: a group of layers is kept as it is, and if that hardly changes
 * the error, none of them matters.
 */
final class SensitiveLayers {
    /** A group matters if the error without its quantisation is less by this share, at first, and by less as long as it is not small enough. */
    private static final double FIRST_SHARE = 0.2;

    private static final double LAST_SHARE = 0.01;

    /** Where so many trials were not enough, too many layers matter. */
    private static final int MOST_TRIALS = 150;

    private final List<String> all;
    private final double tolerance;
    private final Trial trial;
    private final Set<String> kept = new LinkedHashSet<>();
    private double error;
    private double share = FIRST_SHARE;
    private int trials;
    private long looked;

    /** Measures the error of a network. */
    @FunctionalInterface
    interface Trial {
        /**
         * Makes the network and measures it; what was made last stays.
         *
         * @param kept layers that are not quantised
         */
        double error(Set<String> kept) throws IOException;
    }

    /** Hears how far the search is. */
    @FunctionalInterface
    interface Steps {
        void at(long done, long all);
    }

    /**
     * What was found.
     *
     * @param layers that are not quantised
     * @param error of the network then
     */
    record Found(Set<String> layers, double error) {}

    /**
     * A search.
     *
     * @param all layers that can be quantised, in the order in which they are computed
     * @param tolerance the error that is small enough
     */
    SensitiveLayers(List<String> all, double tolerance, Trial trial) {
        this.all = List.copyOf(all);
        this.tolerance = tolerance;
        this.trial = trial;
    }

    /** Searches; the network that was made last is the one that was found. */
    Found find(Steps steps) throws IOException {
        error = trial.error(Set.of());
        for (; error > tolerance && share >= LAST_SHARE && trials < MOST_TRIALS; share /= 2) {
            looked = 0;
            search(all.stream().filter(layer -> !kept.contains(layer)).toList(), steps);
        }
        if (error > tolerance) {
            // Many that matter a little: nothing to be gained by telling them apart.
            kept.addAll(all);
        }
        error = trial.error(Set.copyOf(kept));
        steps.at(all.size(), all.size());
        return new Found(Set.copyOf(kept), error);
    }

    private void search(List<String> group, Steps steps) throws IOException {
        if (error <= tolerance || group.isEmpty() || trials == MOST_TRIALS) {
            return;
        }
        trials++;
        var more = new LinkedHashSet<>(kept);
        more.addAll(group);
        double without = trial.error(more);
        if (error - without < share * error) {
            looked += group.size();
        } else if (group.size() == 1) {
            kept.addAll(group);
            error = without;
            looked++;
        } else {
            // What comes last weighs most: nothing behind it evens it out.
            int half = group.size() / 2;
            search(group.subList(half, group.size()), steps);
            search(group.subList(0, half), steps);
        }
        steps.at(looked, all.size());
    }
}
