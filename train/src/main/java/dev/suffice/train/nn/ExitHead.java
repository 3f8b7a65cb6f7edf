package dev.suffice.train.nn;

import dev.suffice.train.nn.Layers.Linear;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** What makes logits of a state: a linear layer, behind a smaller one with tanh where there is one. */
public final class ExitHead {
    private final Optional<Linear> dense;
    private final Linear out;

    private ExitHead(Optional<Linear> dense, Linear out) {
        this.dense = dense;
        this.out = out;
    }

    /** An off-ramp: {@code exits.{layer}.dense} and {@code exits.{layer}.out_proj}. */
    public static ExitHead offRamp(Parameters p, int layer, int hidden, int width, int labels) {
        return new ExitHead(
                Optional.of(linear(p, "exits." + layer + ".dense", hidden, width)),
                linear(p, "exits." + layer + ".out_proj", width, labels));
    }

    /** The last head of transformers' {@code BertForSequenceClassification}: {@code pooler.dense} and {@code classifier}. */
    public static ExitHead pooled(Parameters p, int hidden, int labels) {
        return new ExitHead(
                Optional.of(linear(p, "pooler.dense", hidden, hidden)), linear(p, "classifier", hidden, labels));
    }

    /** The last head of transformers' {@code BertForTokenClassification}: {@code classifier} alone. */
    public static ExitHead plain(Parameters p, int hidden, int labels) {
        return new ExitHead(Optional.empty(), linear(p, "classifier", hidden, labels));
    }

    /** The confidence of an off-ramp: {@code exits.{layer}.confidence}, one logit of what the ramp's {@link #hidden} gives. */
    public static ExitHead confidence(Parameters p, int layer, int width) {
        return new ExitHead(Optional.empty(), linear(p, "exits." + layer + ".confidence", width, 1));
    }

    /** PyTorch's bound for linear layers, the root of 1 / in. */
    private static Linear linear(Parameters p, String name, int in, int out) {
        Parameter weight = p.declare(name + ".weight", Init.UNIFORM, 3L * in, out, in);
        Parameter bias = p.declare(name + ".bias", Init.ZERO, in, out);
        return new Linear(weight, () -> new TensorOptional(bias.tensor()));
    }

    /** @param states [rows, hidden]; the result is [rows, width], in -1..1, or the states where there is no layer before the last */
    public Tensor hidden(Tensor states) {
        return dense.map(layer -> torch.tanh(layer.apply(states))).orElse(states);
    }

    /** @param hidden what {@link #hidden} gave; the result is [rows, labels] */
    public Tensor logits(Tensor hidden) {
        return out.apply(hidden);
    }
}
