package dev.suffice.depthfusion.layer;

import java.util.Arrays;

/** A map from corners to vertices, without a box for each number: open addressing, keys not negative. */
final class CornerIndex {
    private long[] keys = new long[1 << 14];
    private int[] values = new int[1 << 14];
    private int size;

    CornerIndex() {
        Arrays.fill(keys, -1);
    }

    /** -1 if the key is not there. */
    int get(long key) {
        var at = place(keys, key);
        return keys[at] == key ? values[at] : -1;
    }

    /** The key must not be there yet. */
    void put(long key, int value) {
        if (2 * size >= keys.length) {
            grow();
        }
        var at = place(keys, key);
        keys[at] = key;
        values[at] = value;
        size++;
    }

    private void grow() {
        var oldKeys = keys;
        var oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new int[2 * oldKeys.length];
        Arrays.fill(keys, -1);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] >= 0) {
                var at = place(keys, oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }

    private static int place(long[] keys, long key) {
        var mixed = key * 0x9e3779b97f4a7c15L;
        var at = (int) (mixed >>> 40) & keys.length - 1;
        while (keys[at] >= 0 && keys[at] != key) {
            at = at + 1 & keys.length - 1;
        }
        return at;
    }
}
