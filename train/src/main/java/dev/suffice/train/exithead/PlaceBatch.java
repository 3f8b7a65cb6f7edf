package dev.suffice.train.exithead;

import org.bytedeco.pytorch.Tensor;

/**
 * Places as the network reads them. The tensors belong to the caller's {@code PointerScope}.
 *
 * @param states [places, hidden]
 * @param words of the likeliest tokens, [places, likely], 64-bit; 0 where there is none for a token
 * @param shares how much each of them counts, [places, likely]
 */
record PlaceBatch(Tensor states, Tensor words, Tensor shares) {
    /** How much the model's own choice counts; the rest is shared out by its probabilities. */
    private static final float CHOICE = 0.5f;

    static PlaceBatch of(Places places, HeadWords words, int[] chosen) {
        int hidden = places.hidden();
        int likely = places.likely();
        var states = new float[chosen.length * hidden];
        var numbers = new long[chosen.length * likely];
        var shares = new float[chosen.length * likely];
        for (int i = 0; i < chosen.length; i++) {
            places.state(chosen[i], states, i * hidden);
            for (int k = 0; k < likely; k++) {
                int word = words.word(places.token(chosen[i], k));
                if (word >= 0) {
                    numbers[i * likely + k] = word;
                    shares[i * likely + k] = (1 - CHOICE) * places.probability(chosen[i], k) + (k == 0 ? CHOICE : 0);
                }
            }
        }
        return new PlaceBatch(
                Tensor.create(states, new long[] {chosen.length, hidden}),
                Tensor.create(numbers, new long[] {chosen.length, likely}),
                Tensor.create(shares, new long[] {chosen.length, likely}));
    }

    /** Mean cross entropy of logits, [places, words]. */
    Tensor loss(Tensor logits) {
        Tensor losses = logits.log_softmax(1).gather(1, words).mul(shares).sum();
        return losses.neg().div(shares.sum());
    }
}
