package dev.suffice.language;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import java.util.Arrays;

/**
 * How far what a model says of the next token is from what another one says, over a text.
 *
 * @param tokens of the text after each of which the two were compared
 * @param meanKl Kullback-Leibler divergence of the other's distribution from the first one's, in nats, their mean
 * @param maxKl the largest of them
 * @param agreement share of the places where both have the same likeliest token, 0 to 1
 */
public record ModelDivergence(int tokens, double meanKl, double maxKl, double agreement) {
    /** Tokens whose scores are held at a time. */
    private static final int PIECE = 32;

    /**
     * Compares two models of the same vocabulary.
     *
     * @param model whose distributions count as right
     * @param other what it is compared with
     * @param text to read; of a longer one than a context, its beginning
     * @throws InvalidRequestException if the vocabularies are not equally large
     * @throws dev.suffice.core.CancelledException if cancelled
     */
    public static ModelDivergence of(LanguageModel model, LanguageModel other, String text, Cancellation cancellation) {
        int vocabulary = model.session().vocabulary();
        int others = other.session().vocabulary();
        if (vocabulary != others) {
            throw new InvalidRequestException("models of %d and %d tokens: must have the same vocabulary to be compared"
                    .formatted(vocabulary, others));
        }
        var whole = model.prompt(text);
        int context = Math.min(model.session().context(), other.session().context());
        var tokens = Arrays.copyOf(whole, Math.min(whole.length, context));
        double sum = 0;
        double max = 0;
        int same = 0;
        try (var one = model.session().text();
                var two = other.session().text()) {
            for (int from = 0; from < tokens.length; from += PIECE) {
                cancellation.check();
                var piece = Arrays.copyOfRange(tokens, from, Math.min(tokens.length, from + PIECE));
                var right = one.read(piece, piece.length);
                var compared = two.read(piece, piece.length);
                for (int i = 0; i < piece.length; i++) {
                    double divergence = divergence(right[i], compared[i]);
                    sum += divergence;
                    max = Math.max(max, divergence);
                    same += Logits.argMax(right[i]) == Logits.argMax(compared[i]) ? 1 : 0;
                }
            }
        }
        return new ModelDivergence(tokens.length, sum / tokens.length, max, (double) same / tokens.length);
    }

    /** sum p (ln p - ln q), of scores before softmax. */
    static double divergence(float[] right, float[] compared) {
        var p = new TokenScores(right);
        var q = new TokenScores(compared);
        double sum = 0;
        for (int token = 0; token < right.length; token++) {
            double logarithm = p.logProbability(token);
            sum += Math.exp(logarithm) * (logarithm - q.logProbability(token));
        }
        // Rounding may leave less than nothing of two that are equal.
        return Math.max(0, sum);
    }
}
