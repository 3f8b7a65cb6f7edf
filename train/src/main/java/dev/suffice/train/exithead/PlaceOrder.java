package dev.suffice.train.exithead;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Which places make a step's batch, by seed and step alone: each epoch takes every place once, in random order. Not thread-safe. */
final class PlaceOrder {
    private final int places;
    private final int batch;
    private final long seed;
    private long epoch = -1;
    private int[] order = {};

    PlaceOrder(int places, int batch, long seed) {
        this.places = places;
        this.batch = batch;
        this.seed = seed;
    }

    /** The last batch of an epoch may be smaller. */
    long stepsPerEpoch() {
        return (places + batch - 1L) / batch;
    }

    /** The places of a step, from 0. */
    int[] batch(long step) {
        long wanted = step / stepsPerEpoch();
        if (wanted != epoch) {
            order = shuffled(new SplittableRandom(seed * 1_000_003 + wanted));
            epoch = wanted;
        }
        int from = (int) (step % stepsPerEpoch()) * batch;
        return Arrays.copyOfRange(order, from, Math.min(from + batch, places));
    }

    private int[] shuffled(SplittableRandom random) {
        var shuffled = new int[places];
        for (int i = 0; i < places; i++) {
            int j = random.nextInt(i + 1);
            shuffled[i] = shuffled[j];
            shuffled[j] = i;
        }
        return shuffled;
    }
}
