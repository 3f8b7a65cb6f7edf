package dev.suffice.train.stepsaver;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Centres of directions: spherical k-means (Dhillon and Modha 2001), started from points far from each other. */
final class PromptCentres {
    private static final int ROUNDS = 30;

    private PromptCentres() {}

    /**
     * The centres.
     *
     * @param vectors of any length but zero
     * @param count at most as many
     * @return of length 1
     */
    static float[][] of(List<float[]> vectors, int count, long seed) {
        var points = vectors.stream().map(PromptCentres::unit).toList();
        var random = new SplittableRandom(seed);
        var centres = new ArrayList<float[]>();
        centres.add(points.get(random.nextInt(points.size())));
        while (centres.size() < Math.min(count, points.size())) {
            var far = points.getFirst();
            for (var point : points) {
                if (nearest(centres, point) < nearest(centres, far)) {
                    far = point;
                }
            }
            centres.add(far);
        }
        for (int round = 0; round < ROUNDS; round++) {
            var sums = new float[centres.size()][points.getFirst().length];
            for (var point : points) {
                int best = 0;
                for (int c = 1; c < centres.size(); c++) {
                    if (product(centres.get(c), point) > product(centres.get(best), point)) {
                        best = c;
                    }
                }
                for (int i = 0; i < point.length; i++) {
                    sums[best][i] += point[i];
                }
            }
            for (int c = 0; c < sums.length; c++) {
                if (product(sums[c], sums[c]) > 0) {
                    centres.set(c, unit(sums[c]));
                }
            }
        }
        return centres.toArray(float[][]::new);
    }

    private static double nearest(List<float[]> centres, float[] point) {
        return centres.stream()
                .mapToDouble(centre -> product(centre, point))
                .max()
                .orElse(-1);
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static float[] unit(float[] vector) {
        double norm = Math.sqrt(product(vector, vector));
        var unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / norm);
        }
        return unit;
    }
}
