package dev.suffice.diffusion.stepsaver;

import dev.suffice.core.InvalidRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The numbers of steps that a prompt is tried with, in rising order; the last one is the reference. Each has its own timesteps, so these are
 * separate runs.
 *
 * @param counts at least two, from 1 up
 */
public record StepGrid(List<Integer> counts) {
    /** Checks the order. */
    public StepGrid {
        counts = List.copyOf(counts);
        if (counts.size() < 2 || counts.getFirst() < 1) {
            throw new InvalidRequestException("step counts %s: must be at least two, from 1 up".formatted(counts));
        }
        for (int i = 1; i < counts.size(); i++) {
            if (counts.get(i) <= counts.get(i - 1)) {
                throw new InvalidRequestException("step counts %s: must rise".formatted(counts));
            }
        }
    }

    /** Closer where few steps make a difference, up to the full run of 50. */
    public static StepGrid usual() {
        return new StepGrid(List.of(4, 6, 8, 10, 12, 14, 17, 20, 25, 50));
    }

    /**
     * Numbers separated by commas.
     *
     * @throws InvalidRequestException if they are not, or do not rise
     */
    public static StepGrid parse(String text) {
        try {
            return new StepGrid(Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .map(Integer::valueOf)
                    .toList());
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(
                    "step counts %s: must be whole numbers separated by commas".formatted(text));
        }
    }

    /** What can be chosen: every whole number from the first count to the last but one, and the reference. */
    public List<Integer> choices() {
        int last = counts.get(counts.size() - 2);
        return IntStream.concat(IntStream.rangeClosed(counts.getFirst(), last), IntStream.of(reference()))
                .boxed()
                .toList();
    }

    /**
     * Values of all choices but the reference, from those of the counts but it: between two counts linear in the logarithm of the number of
     * steps, as the logarithms of gaps nearly are.
     *
     * @param measured as many as counts, less one
     */
    public double[] between(double[] measured) {
        var all = new double[choices().size() - 1];
        int above = 0;
        for (int i = 0; i < all.length; i++) {
            int steps = counts.getFirst() + i;
            while (counts.get(above) < steps) {
                above++;
            }
            if (counts.get(above) == steps) {
                all[i] = measured[above];
            } else {
                double low = Math.log(counts.get(above - 1));
                double share = (Math.log(steps) - low) / (Math.log(counts.get(above)) - low);
                all[i] = measured[above - 1] + share * (measured[above] - measured[above - 1]);
            }
        }
        return all;
    }

    /** Steps of the full run. */
    public int reference() {
        return counts.getLast();
    }
}
