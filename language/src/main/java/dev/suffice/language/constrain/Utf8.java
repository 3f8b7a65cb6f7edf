package dev.suffice.language.constrain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Characters as bytes: a range of characters is a few sequences of ranges of bytes. */
final class Utf8 {
    private static final int[] LAST_OF_LENGTH = {0x7f, 0x7ff, 0xffff, 0x10ffff};

    private Utf8() {}

    /** One character of a set. */
    static Part character(CodePoints characters) {
        var sequences = new ArrayList<Part>();
        for (var range : characters.ranges()) {
            add(range.low(), range.high(), sequences);
        }
        return new Part.Choice(List.copyOf(sequences));
    }

    private static void add(int low, int high, List<Part> sequences) {
        for (int last : LAST_OF_LENGTH) {
            if (low <= last && high > last) {
                add(low, last, sequences);
                add(last + 1, high, sequences);
                return;
            }
        }
        var first = bytes(low);
        for (int i = 1; i < first.length; i++) {
            // The last i bytes have to run through all their values, or the ones before them to be the same.
            int mask = (1 << (6 * i)) - 1;
            if ((low & ~mask) != (high & ~mask)) {
                if ((low & mask) != 0) {
                    add(low, low | mask, sequences);
                    add((low | mask) + 1, high, sequences);
                    return;
                }
                if ((high & mask) != mask) {
                    add(low, (high & ~mask) - 1, sequences);
                    add(high & ~mask, high, sequences);
                    return;
                }
            }
        }
        var last = bytes(high);
        var sequence = new ArrayList<Part>();
        for (int i = 0; i < first.length; i++) {
            sequence.add(new Part.Bytes(first[i] & 0xff, last[i] & 0xff));
        }
        sequences.add(new Part.Sequence(List.copyOf(sequence)));
    }

    private static byte[] bytes(int character) {
        return Character.toString(character).getBytes(StandardCharsets.UTF_8);
    }
}
