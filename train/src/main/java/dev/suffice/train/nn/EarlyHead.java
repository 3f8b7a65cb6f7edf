package dev.suffice.train.nn;

import dev.suffice.train.nn.Layers.Linear;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * What guesses a language model's next token from a state of its early layers, as {@link dev.suffice.models.decoder.ExitHead} computes it: n = N(h), y = n + D (silu(G n)
 * (U n)), logits = L N(y), with N the root mean square normalisation. At the start D is zero.
 */
public final class EarlyHead {
    private final Linear gate;
    private final Linear up;
    private final Linear down;
    private final Linear output;
    private final double epsilon;

    /**
     * Declares its matrices: {@code gate}, {@code up}, {@code down} and {@code output}, without biases.
     *
     * @param hidden elements of a state
     * @param inner elements between the matrices of the feed-forward part
     * @param words that it can say
     * @param epsilon of the normalisation
     */
    public EarlyHead(Parameters p, int hidden, int inner, int words, double epsilon) {
        this.gate = Linear.declare(p, "gate", hidden, inner, false, Init.UNIFORM);
        this.up = Linear.declare(p, "up", hidden, inner, false, Init.UNIFORM);
        this.down = new Linear(p.declare("down.weight", Init.ZERO, inner, hidden, inner), TensorOptional::new);
        this.output = Linear.declare(p, "output", hidden, words, false, Init.UNIFORM);
        this.epsilon = epsilon;
    }

    /** @param states [rows, hidden]; the result is [rows, words] */
    public Tensor logits(Tensor states) {
        Tensor normal = normalised(states);
        Tensor inner = torch.silu(gate.apply(normal)).mul(up.apply(normal));
        return output.apply(normalised(normal.add(down.apply(inner))));
    }

    private Tensor normalised(Tensor x) {
        return x.mul(x.square()
                .mean(new long[] {-1}, true, new org.bytedeco.pytorch.ScalarTypeOptional())
                .add(new Scalar(epsilon))
                .rsqrt());
    }

    /** G, [inner, hidden]. */
    public Parameter gate() {
        return gate.weight();
    }

    /** U, [inner, hidden]. */
    public Parameter up() {
        return up.weight();
    }

    /** D, [hidden, inner]. */
    public Parameter down() {
        return down.weight();
    }

    /** L, [words, hidden]. */
    public Parameter output() {
        return output.weight();
    }
}
