package dev.suffice.train.nn;

import dev.suffice.train.nn.Layers.Conv;
import dev.suffice.train.nn.Layers.Edge;
import dev.suffice.train.nn.Layers.GroupNorm;
import dev.suffice.train.nn.Layers.Linear;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** diffusers' {@code ResnetBlock2D}: norm, SiLU, convolution, twice, with the time embedding added in between. */
final class ResnetBlock {
    private final GroupNorm norm1;
    private final Conv conv1;
    private final Optional<Linear> time;
    private final GroupNorm norm2;
    private final Conv conv2;
    private final Optional<Conv> shortcut;

    /**
     * Declares a block's parameters. A block starts as the identity (or the shortcut), so that a deep network starts as a shallow one.
     *
     * @param timeWidth width of the time embedding, 0 for a block without one
     */
    ResnetBlock(Parameters p, String name, int in, int out, int timeWidth, int groups, double epsilon) {
        norm1 = GroupNorm.declare(p, name + ".norm1", in, groups, epsilon);
        conv1 = Conv.declare(p, name + ".conv1", in, out, 3, 1, Init.UNIFORM);
        time = timeWidth == 0
                ? Optional.empty()
                : Optional.of(Linear.declare(p, name + ".time_emb_proj", timeWidth, out, true, Init.UNIFORM));
        norm2 = GroupNorm.declare(p, name + ".norm2", out, groups, epsilon);
        conv2 = Conv.declare(p, name + ".conv2", out, out, 3, 1, Init.ZERO);
        shortcut = in == out
                ? Optional.empty()
                : Optional.of(Conv.declare(p, name + ".conv_shortcut", in, out, 1, 1, Init.UNIFORM));
    }

    Tensor apply(Tensor x, Edge edge) {
        return apply(x, Optional.empty(), edge);
    }

    /** @param activatedTime SiLU of the time embedding, [N, timeWidth] */
    Tensor apply(Tensor x, Optional<Tensor> activatedTime, Edge edge) {
        Tensor h = conv1.apply(torch.silu(norm1.apply(x)), edge);
        if (time.isPresent()) {
            h = h.add(time.get().apply(activatedTime.orElseThrow()).unsqueeze(2).unsqueeze(3));
        }
        h = conv2.apply(torch.silu(norm2.apply(h)), edge);
        return (shortcut.isPresent() ? shortcut.get().apply(x, edge) : x).add(h);
    }
}
