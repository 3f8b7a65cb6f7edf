package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.calibrate.Choice;
import dev.suffice.core.calibrate.LearnThenTest;
import dev.suffice.core.calibrate.LossTable;
import dev.suffice.language.speculate.DraftToken;
import dev.suffice.models.decoder.ExitCalibration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Drafted tokens of which an exit head is sure enough are taken without asking the whole model (confident adaptive language modelling, Schuster et al. 2022). The layers behind
 * the head read them later, in one pass with what follows (Bae et al. 2023), so that all tokens after them see the keys and values that they would have seen. What is
 * written may differ from what the model would have written: how often is promised. Immutable.
 *
 * <p>The threshold is found by learning then testing (Angelopoulos et al. 2021): each of {@value #THRESHOLDS} thresholds, fixed beforehand, is tested at the level 0.1 /
 * {@value #THRESHOLDS}, and the lowest is taken that passes, so that all that pass keep the promise with a probability of 0.9. A threshold is tested on the places where the head
 * is at least that sure, by {@link LearnThenTest}. Places of one text depend on each other, so that they count for fewer: their number and that of the wrong ones among
 * them are divided by the design effect, the variance of the share of wrong places between texts over that of independent places (Korn and Graubard 1998).
 *
 * <p>The promise is for tokens at the places of texts like those of the calibration that the model itself writes. Behind a token that it would not have written it may agree less.
 *
 * @param promised share of the tokens taken that the model would have chosen itself, at least; above 0 and below 1
 * @param threshold confidence from which on tokens are taken, 0 to 1
 */
public record Agreement(double promised, double threshold) {
    /** Thresholds that are tried: 1 - 2^(-k/2), k from 2 on. */
    private static final int THRESHOLDS = 19;

    private static final double BROKEN = 0.1;

    /** Probability that a promise is kept. */
    public static final double CONFIDENCE = 1 - BROKEN;

    /**
     * Checks the ranges.
     *
     * @throws InvalidRequestException if a value is out of its range
     */
    public Agreement {
        check(promised);
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new InvalidRequestException("threshold %s: must be between 0 and 1".formatted(threshold));
        }
    }

    private static void check(double promised) {
        if (!(promised > 0 && promised < 1)) {
            throw new InvalidRequestException(
                    "agreement %s: must be above 0 and below 1; 0.98 lets two tokens in a hundred differ that are taken unasked"
                            .formatted(promised));
        }
    }

    /**
     * The lowest threshold that keeps a promise.
     *
     * @param seen what the head said of texts that it was not trained with
     * @param promised as above
     * @throws InvalidRequestException if none does
     */
    public static Agreement of(ExitCalibration seen, double promised) {
        check(promised);
        for (int k = 0; k < THRESHOLDS; k++) {
            double threshold = 1 - Math.pow(2, -(k + 2) / 2.0);
            if (keeps(seen, threshold, 1 - promised)) {
                return new Agreement(promised, threshold);
            }
        }
        throw new InvalidRequestException(String.format(
                Locale.ROOT,
                "agreement %s: no threshold keeps it with probability %.1f, by the %d texts that the exit head was calibrated with; ask for less, or train with more --hold-out",
                promised,
                CONFIDENCE,
                seen.texts()));
    }

    private static boolean keeps(ExitCalibration seen, double threshold, double risk) {
        var ends = seen.ends();
        var taken = new int[ends.length];
        var wrong = new int[ends.length];
        for (int text = 0; text < ends.length; text++) {
            for (int place = start(ends, text); place < ends[text]; place++) {
                if (seen.confidences()[place] >= threshold) {
                    taken[text]++;
                    wrong[text] += seen.agrees()[place] ? 0 : 1;
                }
            }
        }
        int places = Arrays.stream(taken).sum();
        int others = Arrays.stream(wrong).sum();
        double effect = designEffect(taken, wrong, places, others);
        int samples = (int) (places / effect);
        if (samples == 0) {
            return false;
        }
        var losses = new double[samples];
        Arrays.fill(losses, 0, (int) Math.min(samples, Math.ceil(others / effect)), 1);
        var outcome =
                new LearnThenTest().choose(LossTable.of(new double[][] {losses}, 1), risk, 1 - BROKEN / THRESHOLDS);
        return outcome.choice() instanceof Choice.Fastest;
    }

    /** How many places count as one, at least 1. */
    private static double designEffect(int[] taken, int[] wrong, int places, int others) {
        if (others == 0 || others == places || taken.length < 2) {
            return 1;
        }
        double share = (double) others / places;
        double squares = 0;
        for (int text = 0; text < taken.length; text++) {
            double off = wrong[text] - share * taken[text];
            squares += off * off;
        }
        double between = squares * taken.length / (taken.length - 1);
        return Math.max(1, between / (places * share * (1 - share)));
    }

    private static int start(int[] ends, int text) {
        return text == 0 ? 0 : ends[text - 1];
    }

    /** How many tokens of a draft are taken: all before the first that is not sure enough. */
    int taken(List<DraftToken> draft) {
        int taken = 0;
        while (taken < draft.size() && draft.get(taken).confidence() >= threshold) {
            taken++;
        }
        return taken;
    }
}
