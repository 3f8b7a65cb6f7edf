package dev.suffice.train.exithead;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The words of a head: the tokens that the model finds likeliest in the texts, most first. Immutable. */
final class HeadWords {
    private final int[] tokens;
    private final int[] byToken;

    private HeadWords(int[] tokens, int vocabulary) {
        this.tokens = tokens;
        this.byToken = new int[vocabulary];
        Arrays.fill(byToken, -1);
        for (int i = 0; i < tokens.length; i++) {
            byToken[tokens[i]] = i;
        }
    }

    /**
     * Chooses them.
     *
     * @param vocabulary tokens of the model
     * @param most words that there may be
     */
    static HeadWords of(Places places, int vocabulary, int most) {
        var mass = new double[vocabulary];
        for (int place = 0; place < places.count(); place++) {
            for (int k = 0; k < places.likely(); k++) {
                mass[places.token(place, k)] += places.probability(place, k) + (k == 0 ? 1 : 0);
            }
        }
        var chosen = IntStream.range(0, vocabulary)
                .filter(token -> mass[token] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer token) -> -mass[token]))
                .limit(most)
                .mapToInt(Integer::intValue)
                .toArray();
        return new HeadWords(chosen, vocabulary);
    }

    int count() {
        return tokens.length;
    }

    /** The model's token of each word. */
    int[] tokens() {
        return tokens.clone();
    }

    /** The word of a token; -1 if there is none. */
    int word(int token) {
        return byToken[token];
    }
}
