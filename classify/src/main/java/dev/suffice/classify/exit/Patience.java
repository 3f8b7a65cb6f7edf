package dev.suffice.classify.exit;

import dev.suffice.classify.Task;
import java.util.Arrays;

/**
 * How many heads in a row gave the same answer (PABEE, Zhou et al., 2020): after n equal answers n / (n + 1), so that a patience of t further heads that agree is a threshold of
 * (t + 1) / (t + 2).
 */
public record Patience() implements ExitCriterion {
    @Override
    public String name() {
        return "patience";
    }

    @Override
    public String meaning() {
        return "n / (n + 1) of n heads in a row with the same answer, at least";
    }

    @Override
    public boolean fits(Task task) {
        return task != Task.NUMBER;
    }

    @Override
    public Watch watch() {
        return new Watch() {
            private int[] last = {};
            private int equal;

            @Override
            public double sureness(HeadOutput output) {
                var answers = output.answers();
                equal = Arrays.equals(answers, last) ? equal + 1 : 1;
                last = answers;
                return equal / (equal + 1.0);
            }
        };
    }
}
