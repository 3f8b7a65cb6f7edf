package dev.suffice.train.eval;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/** A trained network that gives a map for a picture. Not thread-safe; {@link #close} frees its weights. */
final class MapJudge implements AutoCloseable {
    private static final int BATCH = 64;

    private final JudgeWeights weights;
    private final MapNetwork network;

    MapJudge(JudgeWeights weights, MapNetwork network) {
        this.weights = weights;
        this.network = network;
    }

    /** Reads {@code NAME.safetensors}. */
    static MapJudge read(Path folder, String name) throws IOException {
        var weights = new JudgeWeights(0);
        var network = new MapNetwork(weights);
        try {
            weights.load(folder.resolve(name + ".safetensors"));
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
        return new MapJudge(weights, network);
    }

    /** Maps of {@link Thumbnail#GRID} x {@link Thumbnail#GRID} values for each picture, from its colours alone. */
    List<float[]> judge(List<Thumbnail> pictures) {
        var maps = new ArrayList<float[]>();
        int area = Thumbnail.GRID * Thumbnail.GRID;
        for (int from = 0; from < pictures.size(); from += BATCH) {
            List<Thumbnail> batch = pictures.subList(from, Math.min(pictures.size(), from + BATCH));
            try (var scope = new PointerScope();
                    var noGrad = new NoGradGuard()) {
                float[] values = JudgeWeights.values(network.apply(SceneClassifier.images(batch), false));
                for (int i = 0; i < batch.size(); i++) {
                    float[] map = new float[area];
                    System.arraycopy(values, i * area, map, 0, area);
                    maps.add(map);
                }
            }
        }
        return maps;
    }

    @Override
    public void close() {
        weights.close();
    }
}
