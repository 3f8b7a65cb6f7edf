package dev.suffice.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {
    /** In one dimension it is (m1 - m2)^2 + (s1 - s2)^2. */
    @Test
    void oneDimensionHasAClosedForm() {
        List<double[]> first = List.of(new double[] {1}, new double[] {3}); // mean 2, variance 2
        List<double[]> second =
                List.of(new double[] {10}, new double[] {14}, new double[] {18}); // mean 14, variance 16

        double expected = 144 + Math.pow(Math.sqrt(2) - 4, 2);
        assertThat(FrechetDistance.between(first, second)).isEqualTo(expected, within(1e-9));
        assertThat(FrechetDistance.between(second, first)).isEqualTo(expected, within(1e-9));
    }

    /** Scaling a sample by k scales its covariance C by k^2, and tr(C + k^2 C - 2 k C) = (k - 1)^2 tr C, also with correlations. */
    @Test
    void aScaledAndShiftedSampleHasAClosedForm() {
        var random = new SplittableRandom(3);
        var sample = new ArrayList<double[]>();
        var changed = new ArrayList<double[]>();
        double k = 2.5;
        double[] mean = new double[6];
        for (int n = 0; n < 40; n++) {
            double common = random.nextGaussian();
            double[] x = new double[6];
            for (int i = 0; i < 6; i++) {
                x[i] = (i + 1) * common + random.nextGaussian();
                mean[i] += x[i] / 40;
            }
            sample.add(x);
        }
        double trace = 0;
        for (double[] x : sample) {
            double[] y = new double[6];
            for (int i = 0; i < 6; i++) {
                trace += (x[i] - mean[i]) * (x[i] - mean[i]) / 39;
                y[i] = mean[i] + k * (x[i] - mean[i]) + 3;
            }
            changed.add(y);
        }

        assertThat(FrechetDistance.between(sample, changed))
                .isEqualTo((k - 1) * (k - 1) * trace + 6 * 9, within(1e-6 * trace));
        assertThat(FrechetDistance.between(sample, sample)).isEqualTo(0, within(1e-6 * trace));
    }

    @Test
    void samplesWithoutCovarianceAreRefused() {
        assertThatThrownBy(() -> FrechetDistance.between(List.of(new double[] {1}), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sample of 1 vectors: expected at least 2, for a covariance");
    }

    @Test
    void squareRootTimesItselfIsTheMatrix() {
        double[][] matrix = {{4, 1, 0.5}, {1, 3, -1}, {0.5, -1, 2}};

        double[][] root = SymmetricEigenvalues.of(matrix).squareRoot();

        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double product = root[i][0] * root[0][j] + root[i][1] * root[1][j] + root[i][2] * root[2][j];
                assertThat(product).as("%d, %d", i, j).isEqualTo(matrix[i][j], within(1e-12));
            }
        }
    }

    @Test
    void eigenvaluesOfAKnownMatrix() {
        double[] values = SymmetricEigenvalues.of(new double[][] {{2, -1, 0}, {-1, 2, -1}, {0, -1, 2}})
                .values();

        assertThat(values).hasSize(3);
        double[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        assertThat(sorted[0]).isEqualTo(2 - Math.sqrt(2), within(1e-12));
        assertThat(sorted[1]).isEqualTo(2, within(1e-12));
        assertThat(sorted[2]).isEqualTo(2 + Math.sqrt(2), within(1e-12));
    }

    @Test
    void diversityIsTheMeanDistanceWithinGroups() {
        List<double[]> square = List.of(new double[] {0, 0}, new double[] {3, 4}, new double[] {0, 4});
        List<double[]> alone = List.of(new double[] {100, 100});

        assertThat(Diversity.within(List.of(square, alone)).orElseThrow()).isEqualTo((5 + 4 + 3) / 3.0, within(1e-12));
        assertThat(Diversity.within(List.of(alone))).isEmpty();
    }
}
