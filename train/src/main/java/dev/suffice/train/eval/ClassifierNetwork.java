package dev.suffice.train.eval;

import dev.suffice.train.eval.JudgeLayers.Encoder;
import dev.suffice.train.eval.JudgeLayers.Linear;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A picture's label, whether it is a room, and its object's colour. */
final class ClassifierNetwork {
    /** Width of the features that distances are measured in. */
    static final int FEATURES = 64;

    private final Encoder encoder;
    private final Linear features;
    private final Linear label;
    private final Linear setting;
    private final Linear colour;

    /**
     * Answers, as logits.
     *
     * @param features [N, {@link #FEATURES}], what the answers are read from
     * @param label [N, labels]
     * @param setting [N, 2]: outdoors, indoors
     * @param colour [N, colours]
     */
    record Output(Tensor features, Tensor label, Tensor setting, Tensor colour) {}

    ClassifierNetwork(JudgeWeights weights, int labels, int colours) {
        encoder = Encoder.declare(weights);
        features = Linear.declare(weights, "features", Encoder.WIDTHS[3], FEATURES);
        label = Linear.declare(weights, "label", FEATURES, labels);
        setting = Linear.declare(weights, "setting", FEATURES, 2);
        colour = Linear.declare(weights, "colour", FEATURES, colours);
    }

    /** @param images [N, 3, 64, 64] in -1..1 */
    Output apply(Tensor images, boolean training) {
        Tensor[] maps = encoder.apply(images, training);
        Tensor pooled = maps[3].to(torch.ScalarType.Float).mean(2, 3);
        Tensor f = torch.relu(features.apply(pooled));
        return new Output(f, label.apply(f), setting.apply(f), colour.apply(f));
    }
}
