package dev.suffice.train.exits;

/** How the heads are trained. */
public enum ExitMethod {
    /**
     * Encoder and all heads together: {@code sum_j j L_j / sum_j j} over the heads after layers j (PABEE, Zhou et al. 2020), so that a head
     * weighs as much as the layers before it cost.
     */
    JOINT,
    /**
     * As {@link #JOINT}, and each earlier head also learns the last one's answer: KL divergence (squared difference in regression) with the
     * same weights, the last head's output taken as it is (as in FastBERT, Liu et al. 2020).
     */
    DISTILLED,
    /** First the encoder with the last head; then, with both frozen, the off-ramps (DeeBERT, Xin et al. 2020). */
    TWO_STAGE
}
