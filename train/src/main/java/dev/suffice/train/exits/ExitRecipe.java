package dev.suffice.train.exits;

import dev.suffice.core.InvalidRequestException;

/**
 * How long and how fast is trained: AdamW (betas 0.9 and 0.98, gradients clipped to norm 1), a rate that rises on a line over the first steps
 * while it falls on a line to a fiftieth at the end. Heads on an encoder that stays as it is (the second of two stages, confidences) have
 * the rate 1e-3; confidences are trained for one epoch.
 *
 * @param epochs how often each example is seen, above 0; fractions are allowed
 * @param batch examples of a step, at least 1
 * @param rate the highest learning rate, above 0
 * @param warmUp steps until the rate is reached; never more than a tenth of all
 * @param dropout within the encoder, 0..1, without 1
 * @param weightDecay of matrices, at least 0
 */
public record ExitRecipe(double epochs, int batch, double rate, int warmUp, double dropout, double weightDecay) {
    /** @throws InvalidRequestException if a value is out of range */
    public ExitRecipe {
        if (!(epochs > 0 && epochs <= 10_000)) {
            throw new InvalidRequestException("epochs %s: must be above 0 and at most 10000".formatted(epochs));
        }
        if (batch < 1 || batch > 4096) {
            throw new InvalidRequestException("batch %d: must be between 1 and 4096".formatted(batch));
        }
        if (!(rate > 0 && rate <= 1)) {
            throw new InvalidRequestException("learning rate %s: must be above 0 and at most 1".formatted(rate));
        }
        if (warmUp < 0) {
            throw new InvalidRequestException("warm-up %d: must be at least 0 steps".formatted(warmUp));
        }
        if (!(dropout >= 0 && dropout <= 0.9)) {
            throw new InvalidRequestException("dropout %s: must be between 0 and 0.9".formatted(dropout));
        }
        if (!(weightDecay >= 0 && weightDecay <= 1)) {
            throw new InvalidRequestException("weight decay %s: must be between 0 and 1".formatted(weightDecay));
        }
    }

    /** Three epochs in batches of 32, warm-up 200, dropout 0.1, decay 0.01; rate 6e-4 for adapters and 5e-5 for all weights. */
    public static ExitRecipe of(Tuning tuning) {
        double rate = switch (tuning) {
            case Tuning.Lora _ -> 6e-4;
            case Tuning.Full _ -> 5e-5;
        };
        return new ExitRecipe(3, 32, rate, 200, 0.1, 0.01);
    }

    /** The same with another number of epochs. */
    public ExitRecipe withEpochs(double other) {
        return new ExitRecipe(other, batch, rate, warmUp, dropout, weightDecay);
    }

    /** The same with another size of batches. */
    public ExitRecipe withBatch(int other) {
        return new ExitRecipe(epochs, other, rate, warmUp, dropout, weightDecay);
    }

    /** The same with another highest rate. */
    public ExitRecipe withRate(double other) {
        return new ExitRecipe(epochs, batch, other, warmUp, dropout, weightDecay);
    }
}
