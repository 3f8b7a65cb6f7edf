package dev.suffice.language.speculate;

/**
 * What is known of a drafter from all texts: how often its tokens are accepted, and what drafting one costs. Thread-safe.
 */
final class DrafterRecord {
    private static final double WEIGHT = 0.1;

    private final Acceptance acceptance = new Acceptance();
    private double tokenCost;

    /**
     * A draft took so long; the first of a text is not told, as the drafter reads the prompt in it.
     *
     * @param cost in passes of one token
     */
    synchronized void drafted(int tokens, double cost) {
        if (tokens > 0) {
            double each = cost / tokens;
            tokenCost = tokenCost == 0 ? each : (1 - WEIGHT) * tokenCost + WEIGHT * Math.min(each, 3 * tokenCost);
        }
    }

    /** Cost of drafting a token, in passes of one token; 0 if none was drafted yet. */
    synchronized double tokenCost() {
        return tokenCost;
    }

    synchronized void observe(int position, double confidence, boolean taken) {
        acceptance.observe(position, confidence, taken);
    }

    synchronized double estimate(int position, double confidence) {
        return acceptance.estimate(position, confidence, acceptance.average(position, confidence));
    }

    synchronized double average(int position, double otherwise) {
        return acceptance.average(position, otherwise);
    }
}
