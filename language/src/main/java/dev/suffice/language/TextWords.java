package dev.suffice.language;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The words that a draft head can say in one text: its own, which are few, and tokens of the text that are not among them, as names in a passage that is to be summarised. Of these it
 * has learnt nothing; the decoder's embedding takes the place of their weights, made smaller, for what was learnt is to be preferred. Not thread-safe.
 */
final class TextWords {
    private static final int MOST = 512;

    /** What is kept of an embedding: between 0.75 and 0.85 made no difference on Spec-Bench, 1 was worse than nothing. */
    private static final float SHARE = 0.8f;

    private final DraftHeadSession head;
    private final int[] own;
    private final Set<Integer> known = new HashSet<>();
    private final float[] row;

    /** Weights [width][words]: scores add up along the words, which a processor does many at a time. */
    private final float[][] weights;

    private int[] tokens = new int[16];
    private int count;
    private int weighed;

    TextWords(DraftHeadSession head) {
        this.head = head;
        this.own = head.words();
        for (int token : own) {
            known.add(token);
        }
        this.row = new float[head.width()];
        this.weights = new float[head.width()][0];
    }

    /** Tokens of the text. */
    void add(int[] more) {
        for (int token : more) {
            if (count < MOST && known.add(token)) {
                if (count == tokens.length) {
                    tokens = Arrays.copyOf(tokens, 2 * count);
                }
                tokens[count++] = token;
            }
        }
    }

    /** How many words there are. */
    int size() {
        return own.length + count;
    }

    /** The decoder's token of a word. */
    int token(int word) {
        return word < own.length ? own[word] : tokens[word - own.length];
    }

    /**
     * Scores of the words that are not the head's own.
     *
     * @param state that the head has given
     * @param scores of all words, the head's own first; receives the rest
     */
    void score(float[] state, float[] scores) {
        weigh();
        if (count == 0) {
            return;
        }
        double squares = 0;
        for (var value : state) {
            squares += (double) value * value;
        }
        float scale = (float) (SHARE / Math.sqrt(squares / state.length + 1e-12));
        var sums = new float[count];
        for (int i = 0; i < state.length; i++) {
            float value = state[i] * scale;
            var column = weights[i];
            for (int k = 0; k < sums.length; k++) {
                sums[k] += value * column[k];
            }
        }
        System.arraycopy(sums, 0, scores, own.length, count);
    }

    /** Weights of the words that have none yet. */
    private void weigh() {
        if (weighed == count) {
            return;
        }
        if (weights[0].length < count) {
            int capacity = Math.min(MOST, Math.max(64, 2 * count));
            Arrays.setAll(weights, i -> Arrays.copyOf(weights[i], capacity));
        }
        for (int k = weighed; k < count; k++) {
            head.outputRow(tokens[k], row);
            for (int i = 0; i < row.length; i++) {
                weights[i][k] = row[i];
            }
        }
        weighed = count;
    }
}
