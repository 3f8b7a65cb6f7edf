package dev.suffice.diffusion.stepsaver;

import dev.suffice.image.Similarity;
import java.util.Arrays;
import java.util.List;

/**
 * What became of one prompt and seed at every count of a grid, from the same noise.
 *
 * @param grid the counts
 * @param toReference similarity of each image to the reference, without the reference itself
 * @param toNext similarity of each image to that of the next count
 */
public record StepCurve(StepGrid grid, List<Similarity> toReference, List<Similarity> toNext) {
    private static final double SMALLEST_GAP = 1e-5;

    /** Checks the lengths and that every similarity is a number. */
    public StepCurve {
        toReference = List.copyOf(toReference);
        toNext = List.copyOf(toNext);
        int expected = grid.counts().size() - 1;
        if (toReference.size() != expected || toNext.size() != expected) {
            throw new IllegalArgumentException("curves of %d and %d similarities for %d counts: expected %d each"
                    .formatted(toReference.size(), toNext.size(), expected + 1, expected));
        }
        for (var curve : List.of(toReference, toNext)) {
            for (var similarity : curve) {
                if (Double.isNaN(similarity.rgb()) || Double.isNaN(similarity.depth())) {
                    throw new IllegalArgumentException("similarity %s: not a number".formatted(similarity));
                }
            }
        }
    }

    /**
     * The least count from which on every image is close to the reference, in colours and in depth (the definition used by default).
     *
     * @param rgb least similarity of the colours
     * @param depth least similarity of the depth
     * @return a count of the grid; the reference's if no other will do
     */
    public int staysClose(double rgb, double depth) {
        return settled(toReference, rgb, depth);
    }

    /**
     * The count at which the change from count to count drops and stays low: the paper's definition, after its description, for it does
     * not give a threshold.
     *
     * @param rgb least similarity of the colours to those of the next count
     * @param depth the same of depth
     * @return a count of the grid; the reference's if the images never settle
     */
    public int settles(double rgb, double depth) {
        return settled(toNext, rgb, depth);
    }

    /** What each image lacks of being the reference, 1 - similarity, the larger of colours and depth; without the reference itself. */
    public double[] gaps() {
        return toReference.stream()
                .mapToDouble(similarity -> 1 - Math.min(similarity.rgb(), similarity.depth()))
                .toArray();
    }

    /**
     * The least choice from which on every image is close to the reference, in colours and in depth; between counts the logarithms of gaps are
     * interpolated.
     *
     * @param close least similarity, below 1
     * @return one of {@link StepGrid#choices()}
     */
    public int needs(double close) {
        var logs = grid.between(Arrays.stream(gaps())
                .map(gap -> Math.log(Math.max(SMALLEST_GAP, gap)))
                .toArray());
        double allowed = Math.log(1 - close);
        int first = logs.length;
        while (first > 0 && logs[first - 1] <= allowed) {
            first--;
        }
        return grid.choices().get(first);
    }

    private int settled(List<Similarity> curve, double rgb, double depth) {
        int first = curve.size();
        while (first > 0
                && curve.get(first - 1).rgb() >= rgb
                && curve.get(first - 1).depth() >= depth) {
            first--;
        }
        return grid.counts().get(first);
    }
}
