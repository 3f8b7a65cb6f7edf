package dev.suffice.diffusion.stepsaver;

import java.util.Arrays;

/**
 * What makes a promise of a regression's guess: conformal calibration (Vovk et al. 2005) with prompts that it was not trained on. Holds for prompts
 * that are drawn as those were, on average over them, whatever the regression is worth.
 *
 * @param below probability, by the regression, that the count before the one needed was enough; sorted
 * @param at the same of the count needed; sorted
 */
@SuppressWarnings("ArrayRecordComponent") // statistics, never compared
public record StepCalibration(float[] below, float[] at) {
    /** Sorts copies. */
    public StepCalibration {
        if (below.length != at.length) {
            throw new IllegalArgumentException("calibration of %d and %d values".formatted(below.length, at.length));
        }
        below = below.clone();
        at = at.clone();
        Arrays.sort(below);
        Arrays.sort(at);
    }

    /** Images that it rests on. */
    public int size() {
        return below.length;
    }

    /**
     * The index of the count that is enough with probability 1 - risk; the last one if there are too few images to promise that.
     *
     * @param enough what the regression says of each count
     */
    public int upper(double[] enough, double risk) {
        int rank = (int) Math.ceil((1 - risk) * (size() + 1));
        if (rank > size()) {
            return enough.length - 1;
        }
        double bound = rank < 1 ? Double.NEGATIVE_INFINITY : below[rank - 1];
        int index = 0;
        while (index < enough.length - 1 && (float) enough[index] <= bound) {
            index++;
        }
        return index;
    }

    /** The index of the first count that is enough with more than probability {@code risk}. */
    public int lower(double[] enough, double risk) {
        int rank = (int) Math.floor(risk * (size() + 1));
        double bound = rank < 1 ? Double.NEGATIVE_INFINITY : at[rank - 1];
        int index = 0;
        while (index < enough.length - 1 && (float) enough[index] < bound) {
            index++;
        }
        return index;
    }
}
