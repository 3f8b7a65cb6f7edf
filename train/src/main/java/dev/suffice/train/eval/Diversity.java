package dev.suffice.train.eval;

import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;

/** How different the pictures of one prompt are: the mean Euclidean distance of their features, over all pairs within a group. */
final class Diversity {
    private Diversity() {}

    /** Over groups of vectors; every pair counts alike. @return empty if no group has two */
    static OptionalDouble within(Collection<List<double[]>> groups) {
        double sum = 0;
        long pairs = 0;
        for (List<double[]> group : groups) {
            for (int i = 0; i < group.size(); i++) {
                for (int j = 0; j < i; j++) {
                    sum += distance(group.get(i), group.get(j));
                    pairs++;
                }
            }
        }
        return pairs == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / pairs);
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }
}
