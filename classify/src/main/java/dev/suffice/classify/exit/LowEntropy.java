package dev.suffice.classify.exit;

import dev.suffice.classify.Task;

/** Little entropy (BranchyNet, Teerapittayanon et al., 2016; DeeBERT, Xin et al., 2020): 1 - H / ln(labels), so that 1 is certain and 0 knows nothing. */
public record LowEntropy() implements ExitCriterion {
    @Override
    public String name() {
        return "entropy";
    }

    @Override
    public String meaning() {
        return "1 - entropy / its greatest value, at least";
    }

    @Override
    public boolean fits(Task task) {
        return task != Task.NUMBER;
    }

    @Override
    public Watch watch() {
        return output -> ExitCriterion.least(output, LowEntropy::sureness);
    }

    private static double sureness(double[] probabilities) {
        double entropy = 0;
        for (double p : probabilities) {
            entropy -= p > 0 ? p * Math.log(p) : 0;
        }
        return Math.clamp(1 - entropy / Math.log(Math.max(2, probabilities.length)), 0, 1);
    }
}
