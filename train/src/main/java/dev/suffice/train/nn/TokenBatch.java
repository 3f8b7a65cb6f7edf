package dev.suffice.train.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Texts that are read together, padded to the longest of them.
 *
 * @param ids [texts, tokens], 64-bit
 * @param types [texts, tokens], 64-bit, which of two texts a token belongs to; absent if all are 0
 * @param bias [texts, 1, 1, tokens], what attention adds to the scores of each token: 0, or almost minus infinity where padding is;
 *     absent if there is none
 * @param shares [texts, 1, tokens], what each token contributes to its text's mean
 */
public record TokenBatch(Tensor ids, Optional<Tensor> types, Optional<Tensor> bias, Tensor shares) {
    private static final float NEVER = -1e9f;

    /** Pads texts whose tokens are all of type 0. */
    public static TokenBatch of(List<int[]> texts, int padding) {
        return of(texts, texts.stream().map(text -> new int[text.length]).toList(), padding);
    }

    /**
     * Pads texts. The tensors belong to the caller's {@code PointerScope}.
     *
     * @param texts token ids, at least one text, none empty
     * @param typesOfTexts the tokens' types, as many
     * @param padding token id that is put behind texts that are shorter
     */
    public static TokenBatch of(List<int[]> texts, List<int[]> typesOfTexts, int padding) {
        int count = texts.size();
        int width = texts.stream().mapToInt(text -> text.length).max().orElseThrow();
        long[] ids = new long[count * width];
        long[] types = new long[count * width];
        float[] bias = new float[count * width];
        float[] shares = new float[count * width];
        Arrays.fill(ids, padding);
        Arrays.fill(bias, NEVER);
        boolean padded = false;
        for (int i = 0; i < count; i++) {
            int[] text = texts.get(i);
            for (int t = 0; t < text.length; t++) {
                ids[i * width + t] = text[t];
                types[i * width + t] = typesOfTexts.get(i)[t];
            }
            Arrays.fill(bias, i * width, i * width + text.length, 0);
            Arrays.fill(shares, i * width, i * width + text.length, 1f / text.length);
            padded |= text.length < width;
        }
        return new TokenBatch(
                Tensor.create(ids, count, width),
                Arrays.stream(types).anyMatch(type -> type != 0)
                        ? Optional.of(Tensor.create(types, count, width))
                        : Optional.empty(),
                padded ? Optional.of(Tensor.create(bias, count, 1, 1, width)) : Optional.empty(),
                Tensor.create(shares, count, 1, width));
    }

    /** The number of texts. */
    public long texts() {
        return ids.size(0);
    }

    /** The number of tokens of the longest. */
    public long tokens() {
        return ids.size(1);
    }
}
