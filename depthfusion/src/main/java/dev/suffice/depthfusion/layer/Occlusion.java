package dev.suffice.depthfusion.layer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Which samples hide something that a moving eye would see: those on the near side of a depth edge, as far from it as the parallax
 * within the radius reaches.
 */
final class Occlusion {
    /** In the background layer: nothing is hidden behind it. */
    static final byte BACKGROUND = 0;

    /** In the foreground layer, but too far from an edge to hide anything. */
    static final byte FOREGROUND = 1;

    /** In the foreground layer, with a hidden sample of the background layer behind it. */
    static final byte HIDING = 2;

    private static final int[] DX = {1, -1, 0, 0};
    private static final int[] DY = {0, 0, 1, -1};

    /** A band is never wider than this, in radians. */
    private static final double WIDEST = 0.6;

    /** Samples that the foreground reaches beyond what it hides, so that both layers' textures agree where they meet. */
    private static final int OVERLAP = 2;

    private final DepthGrid grid;
    private final Tears tears;

    /** For each sample how many further ones its hidden side goes on. */
    private final short[] reach;

    private final byte[] kinds;

    private Occlusion(DepthGrid grid, Tears tears) {
        this.grid = grid;
        this.tears = tears;
        this.reach = new short[grid.inverse.length];
        this.kinds = new byte[grid.inverse.length];
    }

    static Occlusion of(DepthGrid grid, Tears tears) {
        var occlusion = new Occlusion(grid, tears);
        occlusion.find();
        return occlusion;
    }

    /** One of the three kinds for each sample. */
    byte[] kinds() {
        return kinds;
    }

    /**
     * Whether a gap of this width between a sample and its neighbour is what the sample's hidden side is seen through; false where a
     * much wider one is near.
     */
    boolean shows(int p, double gap) {
        return gap + 2 >= reach[p] / 2.0;
    }

    private void find() {
        var widest = (int) Math.ceil(WIDEST * grid.projection.pixelsPerRadian(grid.height));
        var queues = new ArrayList<ArrayDeque<Integer>>();
        for (int i = 0; i <= widest; i++) {
            queues.add(new ArrayDeque<>());
        }
        for (int p = 0; p < reach.length; p++) {
            var gap = widestGap(p);
            if (gap > 0) {
                reach[p] = (short) Math.min(widest, Math.ceil(gap) + 1);
                queues.get(reach[p]).add(p);
            }
        }
        spread(queues);
        for (int p = 0; p < kinds.length; p++) {
            kinds[p] = reach[p] > 0 ? HIDING : BACKGROUND;
        }
        wholeCells(HIDING);
        for (int i = 0; i < OVERLAP; i++) {
            overlap();
        }
        wholeCells(FOREGROUND);
    }

    private double widestGap(int p) {
        int x = p % grid.width;
        int y = p / grid.width;
        double widest = 0;
        for (int i = 0; i < 4; i++) {
            var q = grid.neighbour(x, y, DX[i], DY[i]);
            if (q >= 0 && grid.inverse[q] < grid.inverse[p] && tears.between(p, q)) {
                widest = Math.max(widest, grid.gap(grid.inverse[p], grid.inverse[q]));
            }
        }
        return widest;
    }

    /** From wide to narrow, so that each sample is settled when it is taken. */
    private void spread(List<ArrayDeque<Integer>> queues) {
        for (int width = queues.size() - 1; width > 1; width--) {
            for (int p : queues.get(width)) {
                if (reach[p] != width) {
                    continue;
                }
                int x = p % grid.width;
                int y = p / grid.width;
                for (int i = 0; i < 4; i++) {
                    var q = grid.neighbour(x, y, DX[i], DY[i]);
                    if (q >= 0 && reach[q] < width - 1 && !tears.between(p, q)) {
                        reach[q] = (short) (width - 1);
                        queues.get(width - 1).add(q);
                    }
                }
            }
        }
    }

    private void overlap() {
        var before = kinds.clone();
        for (int p = 0; p < kinds.length; p++) {
            for (int i = 0; i < 4 && before[p] != BACKGROUND; i++) {
                var q = grid.neighbour(p % grid.width, p / grid.width, DX[i], DY[i]);
                if (q >= 0 && before[q] == BACKGROUND && !tears.between(p, q)) {
                    kinds[q] = FOREGROUND;
                }
            }
        }
    }

    /** Samples that share a cell share its kind. */
    private void wholeCells(byte least) {
        for (int y = 0; y < grid.height; y++) {
            var cell = grid.cellWidth(y);
            for (int from = 0; cell > 1 && from < grid.width; from += cell) {
                var to = Math.min(grid.width, from + cell);
                byte most = BACKGROUND;
                for (int x = from; x < to; x++) {
                    most = (byte) Math.max(most, kinds[y * grid.width + x]);
                }
                if (most >= least) {
                    java.util.Arrays.fill(kinds, y * grid.width + from, y * grid.width + to, most);
                }
            }
        }
    }
}
