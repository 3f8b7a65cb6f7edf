package dev.suffice.language.speculate;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What passes of a model cost, and drafts for it. Two things are told apart: how fast the machine is at the moment, which follows the latest passes of whatever
 * length, and what a pass of several tokens costs in passes of one, which changes slowly; so that a machine that becomes faster or slower does not make passes of one
 * length seem cheap only because the others were measured before. Where nothing was measured yet, a line through what was. Thread-safe.
 */
public final class PassCosts {
    private static final double PACE_WEIGHT = 0.2;
    private static final double COST_WEIGHT = 0.05;
    private static final double PER_TOKEN = 0.15;
    private static final int FEW = 3;

    /** Tokens in the time of a plain pass, before anything was written. */
    private static final double USUAL_RATE = 1.3;

    /** Plain passes that are remembered. */
    private static final double RATE_PASSES = 200;

    /** A time that is this many times what was expected is an accident, and counted as so many. */
    private static final double ACCIDENT = 2;

    private final Map<String, DrafterRecord> drafters = new ConcurrentHashMap<>();
    private final double[] relative = new double[SpeculationPolicy.MOST + 2];
    private final int[] measured = new int[SpeculationPolicy.MOST + 2];
    private double pace;

    /** Tokens and plain passes of all texts; older ones fade. */
    private double tokens = USUAL_RATE * RATE_PASSES;

    private double passes = RATE_PASSES;

    /** Nothing is known yet. */
    public PassCosts() {
        for (int k = 1; k < relative.length; k++) {
            relative[k] = 1 + PER_TOKEN * (k - 1);
        }
    }

    /** What is known of a drafter. */
    DrafterRecord drafter(String name) {
        return drafters.computeIfAbsent(name, _ -> new DrafterRecord());
    }

    /** A pass of so many tokens took so long. */
    public synchronized void measured(int tokens, long time) {
        if (tokens < 1 || tokens >= relative.length || time <= 0) {
            return;
        }
        if (pace == 0) {
            pace = (double) time / relative(tokens);
        }
        double expected = pace * relative(tokens);
        double taken = Math.clamp((double) time, expected / ACCIDENT, expected * ACCIDENT);
        if (tokens > 1) {
            double weight = Math.max(COST_WEIGHT, 1.0 / (2 + measured[tokens]));
            relative[tokens] += weight * (taken / pace - relative[tokens]);
        }
        measured[tokens]++;
        pace += PACE_WEIGHT * (taken / relative(tokens) - pace);
    }

    /** Cost of a pass of so many tokens, in passes of one token. */
    public synchronized double relative(int tokens) {
        if (tokens == 1) {
            return 1;
        }
        if (tokens < relative.length && measured[tokens] >= FEW) {
            return Math.max(1, relative[tokens]);
        }
        return 1 + slope() * (tokens - 1);
    }

    /** A round has written so many tokens in the time of so many plain passes. */
    synchronized void written(int count, double cost) {
        double kept = Math.max(0, 1 - cost / RATE_PASSES);
        tokens = kept * tokens + count;
        passes = kept * passes + cost;
    }

    /** Tokens in the time of a plain pass, of the texts before. */
    synchronized double rate() {
        return tokens / passes;
    }

    /** Of a single token at the moment, in nanoseconds; 0 if none was measured. */
    public synchronized double single() {
        return pace;
    }

    private double slope() {
        double products = 10 * PER_TOKEN;
        double squares = 10;
        for (int k = 2; k < relative.length; k++) {
            double weight = Math.min(measured[k], 20);
            products += weight * (k - 1) * (relative[k] - 1);
            squares += weight * (k - 1) * (k - 1);
        }
        return Math.max(0, products / squares);
    }
}
