package dev.suffice.train.exits;

import java.util.List;

/**
 * What a training made, and how: all that {@code classifier.json} says of it.
 *
 * @param task what was learned
 * @param labels names of the categories, or of the number
 * @param pooling what the last head reads
 * @param rampPooling what the off-ramps read
 * @param exits the layers with off-ramps, from 1, ascending
 * @param layers of the encoder; the last has its head too
 * @param width of the off-ramps' hidden layer
 * @param confidence whether the off-ramps have confidences
 * @param base name of the encoder that training started from
 * @param method how the heads were trained
 * @param tuning what of the encoder was trained
 * @param recipe how long and how fast
 * @param seed of initialisation, order and dropout
 * @param examples number of training examples
 * @param heldOutExamples number of held-out examples
 * @param heldOut how good each head is on them at the end, in order of layers; empty without such examples
 */
public record TrainedExits(
        ExitTask task,
        List<String> labels,
        Pooling pooling,
        Pooling rampPooling,
        List<Integer> exits,
        int layers,
        int width,
        boolean confidence,
        String base,
        ExitMethod method,
        Tuning tuning,
        ExitRecipe recipe,
        long seed,
        int examples,
        int heldOutExamples,
        List<ExitQuality> heldOut) {
    /** Copies the lists. */
    public TrainedExits {
        labels = List.copyOf(labels);
        exits = List.copyOf(exits);
        heldOut = List.copyOf(heldOut);
    }
}
