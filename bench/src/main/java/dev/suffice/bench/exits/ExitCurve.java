package dev.suffice.bench.exits;

import dev.suffice.classify.exit.ExitCriterion;
import dev.suffice.classify.exit.ExitTraces;
import dev.suffice.classify.exit.HeadOutput;
import java.util.ArrayList;
import java.util.List;

/** What becomes of texts at every threshold of a criterion. */
final class ExitCurve {
    private static final int POINTS = 60;

    private ExitCurve() {}

    /** Pairs of layers on average and accuracy in per cent, from the lowest threshold on. */
    static List<double[]> of(
            ExitCriterion criterion, ExitTraces traces, List<List<HeadOutput>> outputs, List<Integer> labels) {
        var curve = new ArrayList<double[]>();
        for (int point = 0; point <= POINTS; point++) {
            double threshold = 1 - Math.pow(10, -4.0 * point / POINTS);
            int right = 0;
            for (int text = 0; text < outputs.size(); text++) {
                var left = outputs.get(text).get(traces.leaves(text, criterion, threshold));
                right += left.answers()[0] == labels.get(text) ? 1 : 0;
            }
            curve.add(new double[] {traces.meanLayers(criterion, threshold), 100.0 * right / outputs.size()});
        }
        return curve;
    }
}
