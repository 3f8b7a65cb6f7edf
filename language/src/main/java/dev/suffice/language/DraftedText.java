package dev.suffice.language;

import dev.suffice.language.speculate.DraftScores;
import java.util.Arrays;
import java.util.TreeMap;

/** What a draft model has written since the text: bytes, and how likely it found the token that begins at each. Not thread-safe. */
final class DraftedText {
    private byte[] bytes = new byte[64];

    /** Of the token that begins at a byte; 1 where none does. */
    private double[] probabilities = new double[64];

    /** What was said of the places of tokens, by the first byte of each. */
    private final TreeMap<Integer, DraftScores> said = new TreeMap<>();

    private int length;

    /** A token. */
    void add(byte[] token, double probability, DraftScores scores) {
        if (length + token.length > bytes.length) {
            int size = Math.max(length + token.length, 2 * bytes.length);
            bytes = Arrays.copyOf(bytes, size);
            probabilities = Arrays.copyOf(probabilities, size);
        }
        System.arraycopy(token, 0, bytes, length, token.length);
        Arrays.fill(probabilities, length, length + token.length, 1);
        if (token.length > 0) {
            probabilities[length] = probability;
            said.put(length, scores);
        }
        length += token.length;
    }

    /** The bytes up to the last whole character; what can become none is whole. */
    byte[] characters() {
        int begin = length - 1;
        while (begin > 0 && length - begin < 4 && ByteTokenizer.continues(bytes[begin])) {
            begin--;
        }
        int needed = begin < 0 ? 0 : size(bytes[begin]);
        return Arrays.copyOf(bytes, length - begin < needed ? begin : length);
    }

    /** Bytes of a character by its first. */
    private static int size(byte first) {
        int value = first & 0xff;
        return value >= 0xF0 && value <= 0xF4
                ? 4
                : value >= 0xE0 && value < 0xF0 ? 3 : value >= 0xC2 && value < 0xE0 ? 2 : 1;
    }

    /** The product of the probabilities of the tokens that begin between two bytes. */
    double probability(int from, int to) {
        double product = 1;
        for (int i = from; i < Math.min(to, length); i++) {
            product *= probabilities[i];
        }
        return product;
    }

    /** What was said of the token that has a byte; there has to be one. */
    DraftScores scores(int at) {
        return said.floorEntry(at).getValue();
    }
}
