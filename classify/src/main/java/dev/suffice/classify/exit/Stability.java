package dev.suffice.classify.exit;

import dev.suffice.classify.Task;

/** For numbers: how little the answer has changed since the head before, 1 / (1 + |change|); the first head is never sure (PABEE for regression, Zhou et al., 2020). */
public record Stability() implements ExitCriterion {
    @Override
    public String name() {
        return "stability";
    }

    @Override
    public String meaning() {
        return "1 / (1 + change since the head before), at least";
    }

    @Override
    public boolean fits(Task task) {
        return task == Task.NUMBER;
    }

    @Override
    public Watch watch() {
        return new Watch() {
            private double last = Double.NaN;

            @Override
            public double sureness(HeadOutput output) {
                double value = output.score(0, 0);
                double change = Math.abs(value - last);
                last = value;
                return Double.isNaN(change) ? 0 : 1 / (1 + change);
            }
        };
    }
}
