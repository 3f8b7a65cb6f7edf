package dev.suffice.diffusion.scheduler;

import java.util.ArrayList;
import java.util.List;

/**
 * The last outputs of a multistep sampler, newest first. Immutable, and so are the arrays in it by agreement: a snapshot of a
 * run may share them.
 */
record History(List<float[]> outputs, int limit) {
    static History of(int limit) {
        return new History(List.of(), limit);
    }

    /** The history with one more output, and without the oldest when it is full. */
    History with(float[] newest) {
        var longer = new ArrayList<float[]>(limit);
        longer.add(newest);
        longer.addAll(outputs.subList(0, Math.min(outputs.size(), limit - 1)));
        return new History(List.copyOf(longer), limit);
    }

    /**
     * An output.
     *
     * @param age 0 for the newest
     */
    float[] at(int age) {
        return outputs.get(age);
    }

    int size() {
        return outputs.size();
    }
}
