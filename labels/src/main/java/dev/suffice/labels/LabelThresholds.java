package dev.suffice.labels;

import dev.suffice.core.InvalidRequestException;

/**
 * What counts as the same image, for the labels that stand beside the measurements; both may be drawn anew from these.
 *
 * @param close least similarity (SSIM) to the reference, of colours and of depth
 * @param settled least similarity to the next count
 */
public record LabelThresholds(double close, double settled) {
    /** Checks the ranges. */
    public LabelThresholds {
        if (!(close > 0 && close < 1 && settled > 0 && settled < 1)) {
            throw new InvalidRequestException(
                    "label thresholds %s and %s: must be between 0 and 1".formatted(close, settled));
        }
    }

    /** 0.95 to the reference, 0.98 to the next count. */
    public static LabelThresholds usual() {
        return new LabelThresholds(0.95, 0.98);
    }
}
