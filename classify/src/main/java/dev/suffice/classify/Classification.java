package dev.suffice.classify;

/**
 * A text's answer, and what it cost.
 *
 * @param answer what the classifier says
 * @param tokens of the text, those around it included
 * @param truncated whether the text was cut off
 * @param precision what was computed with
 * @param layer how many layers ran
 * @param layers how many the model has
 * @param sureness of the head that answered, by the policy's criterion, 0 to 1; 1 where no criterion decided
 * @param flops floating-point operations for this text, heads included; padding of a batch is not counted
 * @param fullFlops what the whole model would have taken
 */
public record Classification(
        Answer answer,
        int tokens,
        boolean truncated,
        Precision precision,
        int layer,
        int layers,
        double sureness,
        long flops,
        long fullFlops) {
    /** The share of the whole model's operations that was not run; slightly negative where every layer and its head ran. */
    public double saved() {
        return 1 - (double) flops / fullFlops;
    }
}
