package dev.suffice.classify.exit;

import dev.suffice.classify.Task;

/** How far the best label's probability is ahead of the second's. */
public record TopGap() implements ExitCriterion {
    @Override
    public String name() {
        return "gap";
    }

    @Override
    public String meaning() {
        return "probability of the best label less that of the second, at least";
    }

    @Override
    public boolean fits(Task task) {
        return task != Task.NUMBER;
    }

    @Override
    public Watch watch() {
        return output -> ExitCriterion.least(output, TopGap::gap);
    }

    private static double gap(double[] probabilities) {
        double first = 0;
        double second = 0;
        for (double p : probabilities) {
            if (p > first) {
                second = first;
                first = p;
            } else {
                second = Math.max(second, p);
            }
        }
        return first - second;
    }
}
