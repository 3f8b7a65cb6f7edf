package dev.suffice.language.speculate;

/**
 * What is known of a drafter from all texts: how often its tokens are accepted, and what drafting one costs. Thread-safe.
 */
final class DrafterRecord {
    private static final double WEIGHT = 0.1;

    private final Acceptance acceptance = new Acceptance();
    private double firstCost;
    private double tokenCost;

    /**
     * A draft took so long; the first of a text is not told, as the drafter reads the prompt in it. Its first token costs more than the others, for the drafter reads what was written
     * since.
     *
     * @param first cost of the first token, in passes of one token
     * @param rest cost of the others together
     */
    synchronized void drafted(int tokens, double first, double rest) {
        if (tokens > 0) {
            firstCost = mean(firstCost, first);
        }
        if (tokens > 1) {
            tokenCost = mean(tokenCost, rest / (tokens - 1));
        }
    }

    private static double mean(double known, double seen) {
        return known == 0 ? seen : (1 - WEIGHT) * known + WEIGHT * Math.min(seen, 3 * known);
    }

    /**
     * Cost of a draft, in passes of one token.
     *
     * @param unknown what is taken for the cost of a token that was never measured
     */
    synchronized double cost(int tokens, double unknown) {
        if (tokens == 0) {
            return 0;
        }
        double first = firstCost == 0 ? unknown : firstCost;
        return first + (tokens - 1) * (tokenCost == 0 ? Math.min(first, unknown) : tokenCost);
    }

    synchronized void observe(int position, Witness witness, double confidence, boolean taken) {
        acceptance.observe(position, witness, confidence, taken);
    }

    synchronized double estimate(int position, Witness witness, double confidence) {
        double usual = acceptance.average(position, witness, witness.usual(confidence));
        return acceptance.estimate(position, witness, confidence, usual);
    }

    synchronized double average(int position, double otherwise) {
        return acceptance.average(position, Witness.NONE, otherwise);
    }
}
