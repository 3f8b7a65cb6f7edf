package dev.suffice.classify.exit;

import dev.suffice.classify.Task;
import java.util.Arrays;

/** The probability of the best label (Schwartz et al., 2020). */
public record MaxProbability() implements ExitCriterion {
    @Override
    public String name() {
        return "probability";
    }

    @Override
    public String meaning() {
        return "probability of the best label, at least";
    }

    @Override
    public boolean fits(Task task) {
        return task != Task.NUMBER;
    }

    @Override
    public Watch watch() {
        return output -> ExitCriterion.least(output, p -> Arrays.stream(p).max().orElseThrow());
    }
}
