package dev.suffice.train.eval;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** The trained estimator of where objects are. Not thread-safe; {@link #close} frees its weights. */
final class ObjectJudge implements AutoCloseable {
    /** Name of its files. */
    static final String NAME = "objects";

    private final MapJudge maps;

    ObjectJudge(MapJudge maps) {
        this.maps = maps;
    }

    /** Reads its weights. */
    static ObjectJudge read(Path folder) throws IOException {
        return new ObjectJudge(MapJudge.read(folder, NAME));
    }

    /** How sure it is that a point belongs to an object, 0..1, from colours alone. */
    List<float[]> judge(List<Thumbnail> pictures) {
        List<float[]> found = maps.judge(pictures);
        for (float[] map : found) {
            for (int i = 0; i < map.length; i++) {
                map[i] = (float) (1 / (1 + Math.exp(-map[i])));
            }
        }
        return found;
    }

    /** Measures on scenes of any kind. */
    ObjectQuality measure(List<Rendering> heldOut) {
        List<float[]> found = judge(heldOut.stream().map(Rendering::picture).toList());
        var order = new ObjectOrder();
        var random = new SplittableRandom(5);
        long both = 0;
        long either = 0;
        long right = 0;
        long pairs = 0;
        for (int i = 0; i < found.size(); i++) {
            float[] truth = heldOut.get(i).objects();
            for (int k = 0; k < truth.length; k++) {
                boolean is = truth[k] >= 0.5;
                boolean seen = found.get(i)[k] >= 0.5;
                both += is && seen ? 1 : 0;
                either += is || seen ? 1 : 0;
            }
            Proportion agreed =
                    order.agreement(found.get(i), heldOut.get(i).picture().nearness(), random);
            right += agreed.right();
            pairs += agreed.total();
        }
        return new ObjectQuality(new Proportion(both, either), new Proportion(right, pairs), heldOut.size());
    }

    @Override
    public void close() {
        maps.close();
    }
}
