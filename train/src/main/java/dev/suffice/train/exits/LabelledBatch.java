package dev.suffice.train.exits;

import dev.suffice.train.nn.TokenBatch;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Examples as the network reads them. What is to be answered are rows: texts, or labelled tokens.
 *
 * @param texts padded
 * @param targets [rows], 64-bit categories or 32-bit numbers
 * @param tokens where the rows are among all tokens of the batch, [rows], 64-bit; absent where rows are texts
 */
record LabelledBatch(TokenBatch texts, Tensor targets, Optional<Tensor> tokens) {
    /** The tensors belong to the caller's {@code PointerScope}. */
    static LabelledBatch of(List<ExitExample> examples, ExitTask task, int padding) {
        var texts = TokenBatch.of(
                examples.stream().map(ExitExample::tokens).toList(),
                examples.stream().map(ExitExample::types).toList(),
                padding);
        return switch (task) {
            case SINGLE_LABEL -> {
                long[] targets = examples.stream()
                        .mapToLong(e -> ((ExitLabel.Category) e.label()).index())
                        .toArray();
                yield new LabelledBatch(texts, Tensor.create(targets), Optional.empty());
            }
            case REGRESSION -> {
                float[] targets = new float[examples.size()];
                for (int i = 0; i < targets.length; i++) {
                    targets[i] = ((ExitLabel.Score) examples.get(i).label()).value();
                }
                yield new LabelledBatch(texts, Tensor.create(targets), Optional.empty());
            }
            case TOKEN_LABELS -> ofTokens(examples, texts);
        };
    }

    private static LabelledBatch ofTokens(List<ExitExample> examples, TokenBatch texts) {
        var tokens = IntStream.builder();
        var targets = IntStream.builder();
        int width = Math.toIntExact(texts.tokens());
        for (int i = 0; i < examples.size(); i++) {
            int[] labels = ((ExitLabel.Tokens) examples.get(i).label()).indices();
            for (int t = 0; t < labels.length; t++) {
                if (labels[t] != ExitLabel.Tokens.IGNORED) {
                    tokens.add(i * width + t);
                    targets.add(labels[t]);
                }
            }
        }
        return new LabelledBatch(
                texts,
                Tensor.create(targets.build().asLongStream().toArray()),
                Optional.of(Tensor.create(tokens.build().asLongStream().toArray())));
    }
}
