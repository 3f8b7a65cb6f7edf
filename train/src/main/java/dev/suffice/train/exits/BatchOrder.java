package dev.suffice.train.exits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which examples make a step's batch, by seed and step alone. Each epoch takes every example once, in random order, in pools of some
 * batches; within a pool examples are sorted by length, so that a batch has little padding, and the batches of all pools are mixed. Not
 * thread-safe.
 */
final class BatchOrder {
    private static final int BATCHES_PER_POOL = 20;

    private final int[] lengths;
    private final int batch;
    private final long seed;
    private long epoch = -1;
    private List<int[]> batches = List.of();

    BatchOrder(int[] lengths, int batch, long seed) {
        this.lengths = lengths.clone();
        this.batch = batch;
        this.seed = seed;
    }

    /** The last batch of an epoch may be smaller. */
    long stepsPerEpoch() {
        return (lengths.length + batch - 1L) / batch;
    }

    /** Indices of the examples of a step, from 0. */
    int[] batch(long step) {
        long wanted = step / stepsPerEpoch();
        if (wanted != epoch) {
            batches = epoch(new SplittableRandom(seed * 1_000_003 + wanted));
            epoch = wanted;
        }
        return batches.get((int) (step % stepsPerEpoch()));
    }

    private List<int[]> epoch(SplittableRandom random) {
        int[] order = new int[lengths.length];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        var mixed = new ArrayList<int[]>();
        int pool = batch * BATCHES_PER_POOL;
        for (int from = 0; from < order.length; from += pool) {
            mixed.addAll(byLength(order, from, Math.min(from + pool, order.length)));
        }
        for (int i = mixed.size() - 1; i > 0; i--) {
            Collections.swap(mixed, i, random.nextInt(i + 1));
        }
        return mixed;
    }

    private List<int[]> byLength(int[] order, int from, int to) {
        int[] sorted = Arrays.stream(order, from, to)
                .boxed()
                .sorted(Comparator.comparingInt(i -> lengths[i]))
                .mapToInt(i -> i)
                .toArray();
        return cut(sorted, batch);
    }

    /** A list's batches, the last of which may be smaller. */
    static List<int[]> cut(int[] order, int batch) {
        var batches = new ArrayList<int[]>();
        for (int i = 0; i < order.length; i += batch) {
            batches.add(Arrays.copyOfRange(order, i, Math.min(i + batch, order.length)));
        }
        return batches;
    }
}
