package dev.suffice.classify.exit;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.calibrate.LearnThenTest;
import dev.suffice.core.calibrate.RiskControl;

/** When texts leave. */
public sealed interface ExitPolicy {
    /**
     * What the model's calibration allows.
     *
     * @param risk mean loss allowed, above 0 and below 1
     * @param confidence probability that the promise is kept
     * @param loss what must not be lost
     * @param control how the promise is kept
     */
    record Auto(double risk, double confidence, ExitLoss loss, RiskControl control) implements ExitPolicy {
        /** At most one answer in a hundred is wrong for leaving early, with a probability of 0.9 (learn then test). */
        public static final Auto DEFAULT = new Auto(0.01, 0.9, ExitLoss.ACCURACY, new LearnThenTest());

        /** Checks the ranges. */
        public Auto {
            if (!(risk > 0 && risk < 1)) {
                throw new InvalidRequestException("risk %s: must be above 0 and below 1, such as 0.01".formatted(risk));
            }
            if (!(confidence > 0 && confidence < 1)) {
                throw new InvalidRequestException(
                        "confidence %s: must be above 0 and below 1, such as 0.9".formatted(confidence));
            }
        }
    }

    /** Never early: every text runs through all layers. */
    record Never() implements ExitPolicy {}

    /**
     * All at the same head.
     *
     * @param layer how many layers run
     */
    record AtLayer(int layer) implements ExitPolicy {
        /** Checks the range. */
        public AtLayer {
            if (layer < 1) {
                throw new InvalidRequestException("exit layer:%d: must be at least 1".formatted(layer));
            }
        }
    }

    /**
     * At the first head that is sure enough.
     *
     * @param criterion how sureness is measured
     * @param threshold sureness from which on a text leaves, 0 to 1
     */
    record When(ExitCriterion criterion, double threshold) implements ExitPolicy {
        /** Checks the range. */
        public When {
            if (!(threshold >= 0 && threshold <= 1)) {
                throw new InvalidRequestException("exit %s:%s: the threshold must be between 0 and 1 (%s)"
                        .formatted(criterion.name(), threshold, criterion.meaning()));
            }
        }
    }

    /**
     * Reads {@code auto}, {@code none}, {@code layer:6}, {@code entropy:0.9}, or a number, which is a probability.
     *
     * @param auto what {@code auto} is
     * @throws InvalidRequestException if it is none of these
     */
    static ExitPolicy parse(String text, Auto auto) {
        if (text.equals("auto")) {
            return auto;
        }
        if (text.equals("none")) {
            return new Never();
        }
        int colon = text.indexOf(':');
        var name = colon < 0 ? new MaxProbability().name() : text.substring(0, colon);
        var value = text.substring(colon + 1);
        try {
            return name.equals("layer")
                    ? new AtLayer(Integer.parseInt(value))
                    : new When(ExitCriteria.named(name), Double.parseDouble(value));
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(
                    "exit %s: must be auto, none, layer:N, a probability such as 0.95, or CRITERION:THRESHOLD such as entropy:0.9"
                            .formatted(text));
        }
    }
}
