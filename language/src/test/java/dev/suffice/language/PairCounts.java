package dev.suffice.language;

import java.util.HashMap;
import java.util.Map;

/** How often pairs of tokens were drawn, to compare with how often they were drawn elsewhere. */
final class PairCounts {
    private static final int CELLS = 40;
    private static final int FEWEST = 10;

    private final Map<String, Integer> counts = new HashMap<>();
    private int draws;

    void add(int first, int second) {
        counts.merge(first + "," + second, 1, Integer::sum);
        draws++;
    }

    /**
     * Pearson's statistic of two samples of the same size, for at most 40 common pairs with the rest as one: has mean k and standard deviation sqrt(2 k), five of
     * which are passed once in a million.
     */
    boolean differs(PairCounts other) {
        var common = other.counts.entrySet().stream()
                .sorted((a, b) -> b.getValue() - a.getValue())
                .limit(CELLS)
                .map(Map.Entry::getKey)
                .toList();
        double statistic = 0;
        int restA = draws;
        int restB = other.draws;
        int cells = 0;
        for (var pair : common) {
            int a = counts.getOrDefault(pair, 0);
            int b = other.counts.getOrDefault(pair, 0);
            if (a + b >= FEWEST) {
                restA -= a;
                restB -= b;
                cells++;
                statistic += term(a, b);
            }
        }
        if (draws != other.draws || cells <= 5) {
            throw new IllegalStateException(
                    "%d and %d draws with %d common pairs: nothing to compare".formatted(draws, other.draws, cells));
        }
        return statistic + term(restA, restB) >= cells + 5 * Math.sqrt(2.0 * cells);
    }

    private static double term(int a, int b) {
        return a + b == 0 ? 0 : (double) (a - b) * (a - b) / (a + b);
    }
}
