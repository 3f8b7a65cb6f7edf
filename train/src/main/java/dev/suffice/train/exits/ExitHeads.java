package dev.suffice.train.exits;

import dev.suffice.core.InvalidRequestException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The heads of a classifier.
 *
 * @param after the layers that an off-ramp stands behind, as numbers of layers that have run, from 1, ascending; empty for all but
 *     the last. The last layer always has its head.
 * @param width of the off-ramps' hidden layer, 1..65536
 * @param pooling what the last head reads; transformers opens a classifier with {@link Pooling#MEAN}, but reads the first token
 * @param rampPooling what the off-ramps read: after few layers the first token has hardly looked at the others, and their mean says
 *     more
 * @param confidence whether each off-ramp also learns how sure it is to answer as the last head does
 */
public record ExitHeads(List<Integer> after, int width, Pooling pooling, Pooling rampPooling, boolean confidence) {
    /** An off-ramp of width 128 after every layer, on the mean of the states, the last head on the first token's; no confidences. */
    public static final ExitHeads DEFAULT = new ExitHeads(List.of(), 128, Pooling.CLS, Pooling.MEAN, false);

    /** @throws InvalidRequestException if a value is out of range, or layers are not ascending */
    public ExitHeads {
        after = List.copyOf(after);
        for (int i = 0; i < after.size(); i++) {
            if (after.get(i) < 1 || (i > 0 && after.get(i) <= after.get(i - 1))) {
                throw new InvalidRequestException(
                        "exits after layers %s: must be numbers of at least 1 in ascending order".formatted(after));
            }
        }
        if (width < 1 || width > 1 << 16) {
            throw new InvalidRequestException("width of the exits %d: must be between 1 and 65536".formatted(width));
        }
    }

    /**
     * The layers with off-ramps in an encoder.
     *
     * @throws InvalidRequestException if it has fewer layers than they need
     */
    SortedSet<Integer> ramps(int layers) {
        var ramps = new TreeSet<Integer>(
                after.isEmpty() ? IntStream.range(1, layers).boxed().toList() : after);
        if (ramps.isEmpty() || ramps.last() >= layers) {
            throw new InvalidRequestException(
                    "exits after layers %s: the model has %d layers, the last of which has a head anyway; name layers between 1 and %d"
                            .formatted(ramps, layers, layers - 1));
        }
        return ramps;
    }
}
