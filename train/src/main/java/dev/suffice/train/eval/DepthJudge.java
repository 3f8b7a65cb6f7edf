package dev.suffice.train.eval;

import dev.suffice.train.DepthEncoding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/** The trained depth estimator. Not thread-safe; {@link #close} frees its weights. */
final class DepthJudge implements AutoCloseable {
    private static final int BATCH = 64;
    private static final int PAIRS = 300;

    private final JudgeWeights weights;
    private final DepthNetwork network;

    DepthJudge(JudgeWeights weights, DepthNetwork network) {
        this.weights = weights;
        this.network = network;
    }

    /** Reads {@code depth.safetensors}. */
    static DepthJudge read(Path folder) throws IOException {
        var weights = new JudgeWeights(0);
        var network = new DepthNetwork(weights);
        try {
            weights.load(folder.resolve("depth.safetensors"));
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
        return new DepthJudge(weights, network);
    }

    /** Estimates depth codes, {@link Thumbnail#GRID} x {@link Thumbnail#GRID} for each picture, from its colours alone. */
    List<float[]> judge(List<Thumbnail> pictures) {
        var maps = new ArrayList<float[]>();
        int area = Thumbnail.GRID * Thumbnail.GRID;
        for (int from = 0; from < pictures.size(); from += BATCH) {
            List<Thumbnail> batch = pictures.subList(from, Math.min(pictures.size(), from + BATCH));
            try (var scope = new PointerScope();
                    var noGrad = new NoGradGuard()) {
                float[] codes = JudgeWeights.values(network.apply(SceneClassifier.images(batch), false));
                for (int i = 0; i < batch.size(); i++) {
                    float[] map = new float[area];
                    System.arraycopy(codes, i * area, map, 0, area);
                    maps.add(map);
                }
            }
        }
        return maps;
    }

    /** Measures on scenes of any kind. */
    DepthQuality measure(List<Rendering> heldOut) {
        List<float[]> estimates = judge(heldOut.stream().map(Rendering::picture).toList());
        var order = new PairOrder(PAIRS, PairOrder.codeStep(1.25), false);
        var random = new SplittableRandom(5);
        double relative = 0;
        long pixels = 0;
        long right = 0;
        long pairs = 0;
        for (int i = 0; i < estimates.size(); i++) {
            float[] truth = heldOut.get(i).picture().nearness();
            float[] estimate = estimates.get(i);
            for (int k = 0; k < truth.length; k++) {
                if (truth[k] > 0) {
                    double metres = DepthEncoding.PLACES.decode(truth[k]);
                    relative += Math.abs(DepthEncoding.PLACES.decode(Math.clamp(estimate[k], 0, 1)) - metres) / metres;
                    pixels++;
                }
            }
            Proportion agreed = order.agreement(truth, estimate, random);
            right += agreed.right();
            pairs += agreed.total();
        }
        return new DepthQuality(relative / Math.max(1, pixels), new Proportion(right, pairs), heldOut.size());
    }

    @Override
    public void close() {
        weights.close();
    }
}
