package dev.suffice.classify.exit;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.calibrate.Choice;
import dev.suffice.core.calibrate.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The fastest threshold that keeps a promise.
 *
 * @param asked the promise
 * @param criterion whose threshold it is
 * @param outcome what the calibration texts say of every threshold
 * @param policy leaves at that threshold, or never
 * @param meanLayers that the calibration texts run through on average
 */
public record ExitCalibration(
        ExitPolicy.Auto asked, ExitCriterion criterion, Outcome outcome, ExitPolicy policy, double meanLayers) {
    private static final int SETTINGS = 80;

    /** The distance of the safest threshold from certainty. */
    private static final double LEAST = 1e-4;

    /**
     * Thresholds to choose from, falling: their distances from 1 rise by a constant factor from 0.0001 to 1. They do not depend on the calibration texts, or the promise would
     * not hold.
     */
    public static final List<Double> THRESHOLDS = IntStream.range(0, SETTINGS)
            .mapToObj(k -> 1 - LEAST * Math.pow(1 / LEAST, k / (SETTINGS - 1.0)))
            .toList();

    /**
     * Calibrates.
     *
     * @throws InvalidRequestException if the loss asked for is not known of the calibration texts
     */
    public static ExitCalibration of(ExitTraces traces, ExitCriterion criterion, ExitPolicy.Auto asked) {
        if (!traces.knows(asked.loss())) {
            throw new InvalidRequestException(
                    "loss %s: the calibration texts had no labels; ask for %s, or calibrate with labels"
                            .formatted(asked.loss().text(), ExitLoss.AGREEMENT.text()));
        }
        var losses = traces.losses(asked.loss(), criterion, THRESHOLDS);
        var outcome = asked.control().choose(losses, asked.risk(), asked.confidence());
        return switch (outcome.choice()) {
            case Choice.Fastest(int setting) -> {
                double threshold = THRESHOLDS.get(setting);
                yield new ExitCalibration(
                        asked,
                        criterion,
                        outcome,
                        new ExitPolicy.When(criterion, threshold),
                        traces.meanLayers(criterion, threshold));
            }
            case Choice.Never _ ->
                new ExitCalibration(
                        asked,
                        criterion,
                        outcome,
                        new ExitPolicy.Never(),
                        traces.layers().getLast());
        };
    }

    /** What was chosen and why, in one sentence. */
    public String text() {
        return switch (policy) {
            case ExitPolicy.When when ->
                String.format(
                        Locale.ROOT,
                        "%s %.4f; loss of %s at most %.4g%s (%s, %d texts)",
                        criterion.name(),
                        when.threshold(),
                        asked.loss().text(),
                        asked.risk(),
                        asked.control().onAverage()
                                ? " on average over calibrations"
                                : String.format(Locale.ROOT, " with probability %.4g", asked.confidence()),
                        asked.control().name(),
                        outcome.samples());
            default -> outcome.text();
        };
    }
}
