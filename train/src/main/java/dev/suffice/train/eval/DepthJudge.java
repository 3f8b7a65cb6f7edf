package dev.suffice.train.eval;

import dev.suffice.train.DepthEncoding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** The trained depth estimator. Not thread-safe; {@link #close} frees its weights. */
final class DepthJudge implements AutoCloseable {
    /** Name of its files. */
    static final String NAME = "depth";

    private static final int PAIRS = 300;

    private final MapJudge maps;

    DepthJudge(MapJudge maps) {
        this.maps = maps;
    }

    /** Reads its weights. */
    static DepthJudge read(Path folder) throws IOException {
        return new DepthJudge(MapJudge.read(folder, NAME));
    }

    /** Estimates depth codes, larger = nearer, from colours alone. */
    List<float[]> judge(List<Thumbnail> pictures) {
        return maps.judge(pictures);
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
        maps.close();
    }
}
