package dev.suffice.depthfusion.layer;

import java.util.BitSet;

/**
 * Takes each other's colours out of the two sides of depth edges. Pixels on an edge show both sides at once; when these part, the
 * far side would keep a fringe of the near one's colours. A sample whose colour lies between the clean colours of both sides gets the
 * clean colour of its own (as in alpha matting).
 */
final class EdgeColours {
    /** How many samples from an edge colours may be mixed. */
    private static final int REACH = 2;

    private static final int WINDOW = 4;
    private static final double LEAST_SHARE = 0.12;
    private static final double MOST_RESIDUE = 48;

    private static final int[] DX = {1, -1, 0, 0};
    private static final int[] DY = {0, 0, 1, -1};

    private final DepthGrid grid;
    private final Tears tears;
    private final byte[] before;
    private final byte[] rgb;
    private final BitSet changed = new BitSet();

    /** Samples within reach of an edge. */
    private final BitSet zone = new BitSet();

    private final double[] own = new double[3];
    private final double[] other = new double[3];

    private EdgeColours(DepthGrid grid, Tears tears, byte[] rgb) {
        this.grid = grid;
        this.tears = tears;
        this.before = rgb.clone();
        this.rgb = rgb;
    }

    /**
     * Cleans the colours of samples in place.
     *
     * @return the samples whose colour was changed
     */
    static BitSet clean(DepthGrid grid, Tears tears, byte[] rgb) {
        var colours = new EdgeColours(grid, tears, rgb);
        colours.findZone();
        for (int p = colours.zone.nextSetBit(0); p >= 0; p = colours.zone.nextSetBit(p + 1)) {
            colours.clean(p);
        }
        return colours.changed;
    }

    private void findZone() {
        for (int p = 0; p < grid.inverse.length; p++) {
            for (int d = 0; d < 4; d++) {
                var q = grid.neighbour(p % grid.width, p / grid.width, DX[d], DY[d]);
                if (q >= 0 && tears.between(p, q)) {
                    zone.set(p);
                }
            }
        }
        for (int step = 1; step < REACH * grid.fineness; step++) {
            var wider = (BitSet) zone.clone();
            for (int p = zone.nextSetBit(0); p >= 0; p = zone.nextSetBit(p + 1)) {
                for (int d = 0; d < 4; d++) {
                    var q = grid.neighbour(p % grid.width, p / grid.width, DX[d], DY[d]);
                    if (q >= 0 && !tears.between(p, q)) {
                        wider.set(q);
                    }
                }
            }
            zone.or(wider);
        }
    }

    private void clean(int p) {
        double ownCount = 0;
        double otherCount = 0;
        for (int c = 0; c < 3; c++) {
            own[c] = 0;
            other[c] = 0;
        }
        for (int dy = -WINDOW; dy <= WINDOW; dy++) {
            for (int dx = -WINDOW; dx <= WINDOW; dx++) {
                var q = grid.neighbour(p % grid.width, p / grid.width, dx * grid.fineness, dy * grid.fineness);
                if (q < 0) {
                    continue;
                }
                var torn = grid.torn(grid.inverse[p], grid.inverse[q]);
                var weight = 1.0 / (1 + dx * dx + dy * dy);
                if (torn && Math.max(Math.abs(dx), Math.abs(dy)) <= REACH + 1) {
                    add(other, q, weight);
                    otherCount += weight;
                } else if (!torn && !zone.get(q)) {
                    add(own, q, weight);
                    ownCount += weight;
                }
            }
        }
        if (ownCount > 0 && otherCount > 0 && mixed(p, ownCount, otherCount)) {
            for (int c = 0; c < 3; c++) {
                rgb[3 * p + c] = (byte) Math.round(own[c] / ownCount);
            }
            changed.set(p);
        }
    }

    private void add(double[] sum, int q, double weight) {
        for (int c = 0; c < 3; c++) {
            sum[c] += weight * (before[3 * q + c] & 0xff);
        }
    }

    /** Whether a colour lies on the way from its own side's to the other side's. */
    private boolean mixed(int p, double ownCount, double otherCount) {
        double along = 0;
        double length = 0;
        for (int c = 0; c < 3; c++) {
            var way = other[c] / otherCount - own[c] / ownCount;
            along += way * ((before[3 * p + c] & 0xff) - own[c] / ownCount);
            length += way * way;
        }
        if (length < 100 || along / length < LEAST_SHARE) {
            return false;
        }
        var share = along / length;
        double residue = 0;
        for (int c = 0; c < 3; c++) {
            var there = own[c] / ownCount + share * (other[c] / otherCount - own[c] / ownCount);
            residue += Math.pow((before[3 * p + c] & 0xff) - there, 2);
        }
        return Math.sqrt(residue) < MOST_RESIDUE;
    }
}
