package dev.suffice.train.disco;

import java.util.Arrays;
import java.util.Comparator;

/** How well scores tell two classes apart. */
final class RankQuality {
    private RankQuality() {}

    /**
     * The area under the ROC curve: the probability that an example of the class has a higher score than another, equal scores counting half; not a number if
     * one of the two is empty.
     */
    static double areaUnderCurve(double[] scores, boolean[] labels) {
        var order = new Integer[scores.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
        long members = 0;
        double ranks = 0;
        for (int from = 0; from < order.length; ) {
            int to = from;
            while (to < order.length && scores[order[to]] == scores[order[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                if (labels[order[i]]) {
                    members++;
                    ranks += (from + 1 + to) / 2.0;
                }
            }
            from = to;
        }
        double others = (double) scores.length - members;
        return (ranks - members * (members + 1) / 2.0) / (members * others);
    }
}
