package dev.suffice.depthfusion.layer;

import java.util.Arrays;

/**
 * What lies behind the foreground: depth and colour of the far side of each edge, carried on under the near side ring by ring and
 * then relaxed towards the harmonic function between its borders (diffusion), so that it meets the visible background without a step.
 */
final class HiddenSurface {
    private static final int SWEEPS = 40;

    private static final int[] DX = {1, -1, 0, 0, 1, 1, -1, -1};
    private static final int[] DY = {0, 0, 1, -1, 1, -1, 1, -1};

    private final DepthGrid grid;
    private final Tears tears;
    private final Occlusion occlusion;
    private final byte[] rgb;

    /** Number of each hidden sample, -1 for others. */
    private final int[] number;

    private final int[] samples;

    /** One over depth, red, green, blue of each hidden sample. */
    private final float[] values;

    private HiddenSurface(DepthGrid grid, Tears tears, Occlusion occlusion, byte[] rgb) {
        var kinds = occlusion.kinds();
        this.grid = grid;
        this.tears = tears;
        this.occlusion = occlusion;
        this.rgb = rgb;
        this.number = new int[kinds.length];
        Arrays.fill(number, -1);
        int count = 0;
        for (int p = 0; p < kinds.length; p++) {
            if (kinds[p] == Occlusion.HIDING) {
                number[p] = count++;
            }
        }
        this.samples = new int[count];
        this.values = new float[4 * count];
        for (int p = 0; p < kinds.length; p++) {
            if (number[p] >= 0) {
                samples[number[p]] = p;
            }
        }
    }

    static HiddenSurface behind(DepthGrid grid, Tears tears, Occlusion occlusion, byte[] rgb) {
        var surface = new HiddenSurface(grid, tears, occlusion, rgb);
        surface.grow();
        surface.complete();
        surface.relax();
        surface.stayBehind();
        return surface;
    }

    /** One over the depth of the hidden sample behind p. */
    float inverse(int p) {
        return values[4 * number[p]];
    }

    /** Red (0), green (1) or blue (2) of the hidden sample behind p, 0 to 255. */
    float colour(int p, int channel) {
        return values[4 * number[p] + 1 + channel];
    }

    /** Whether the hidden sample behind p goes on into the visible sample q beyond the edge. */
    boolean meets(int p, int q) {
        return grid.inverse[q] < grid.inverse[p]
                && tears.between(p, q)
                && occlusion.shows(p, grid.gap(grid.inverse[p], grid.inverse[q]));
    }

    private void grow() {
        var known = new boolean[samples.length];
        var ring = new int[samples.length];
        int size = 0;
        for (int i = 0; i < samples.length; i++) {
            if (fromVisible(i)) {
                ring[size++] = i;
            }
        }
        for (int i = 0; i < size; i++) {
            known[ring[i]] = true;
        }
        int from = 0;
        while (from < size) {
            int to = size;
            for (int k = from; k < to; k++) {
                int p = samples[ring[k]];
                for (int d = 0; d < 4; d++) {
                    var q = grid.neighbour(p % grid.width, p / grid.width, DX[d], DY[d]);
                    var n = q < 0 ? -1 : number[q];
                    if (n >= 0 && !known[n] && values[4 * n] == 0) {
                        fromKnown(n, known);
                        ring[size++] = n;
                    }
                }
            }
            for (int k = to; k < size; k++) {
                known[ring[k]] = true;
            }
            from = to;
        }
    }

    /** Gives samples that no far side reaches their own depth. */
    private void complete() {
        for (int i = 0; i < samples.length; i++) {
            if (values[4 * i] == 0) {
                values[4 * i] = grid.inverse[samples[i]];
                for (int c = 0; c < 3; c++) {
                    values[4 * i + 1 + c] = rgb[3 * samples[i] + c] & 0xff;
                }
            }
        }
    }

    /** The mean of the visible neighbours that this sample meets; false if there are none. */
    private boolean fromVisible(int i) {
        int p = samples[i];
        int count = 0;
        for (int d = 0; d < 4; d++) {
            var q = grid.neighbour(p % grid.width, p / grid.width, DX[d], DY[d]);
            if (q >= 0 && meets(p, q)) {
                values[4 * i] += grid.inverse[q];
                clean(q, i);
                count++;
            }
        }
        for (int c = 0; c < 4 && count > 0; c++) {
            values[4 * i + c] /= count;
        }
        return count > 0;
    }

    /** Adds the colour of a far sample: of its surface a step away from the edge, where it is not mixed with the foreground's. */
    private void clean(int q, int i) {
        float red = 0;
        float green = 0;
        float blue = 0;
        int count = 0;
        for (int dy = -2; dy <= 2; dy++) {
            for (int dx = -2; dx <= 2; dx++) {
                var r = grid.neighbour(q % grid.width, q / grid.width, dx * grid.fineness, dy * grid.fineness);
                if (r >= 0 && !grid.torn(grid.inverse[q], grid.inverse[r]) && !beside(r)) {
                    red += rgb[3 * r] & 0xff;
                    green += rgb[3 * r + 1] & 0xff;
                    blue += rgb[3 * r + 2] & 0xff;
                    count++;
                }
            }
        }
        values[4 * i + 1] += count > 0 ? red / count : rgb[3 * q] & 0xff;
        values[4 * i + 2] += count > 0 ? green / count : rgb[3 * q + 1] & 0xff;
        values[4 * i + 3] += count > 0 ? blue / count : rgb[3 * q + 2] & 0xff;
    }

    private boolean beside(int p) {
        for (int d = 0; d < 4; d++) {
            var q = grid.neighbour(p % grid.width, p / grid.width, DX[d], DY[d]);
            if (q >= 0 && tears.between(p, q)) {
                return true;
            }
        }
        return false;
    }

    private void fromKnown(int i, boolean[] known) {
        int p = samples[i];
        float total = 0;
        for (int d = 0; d < 8; d++) {
            var q = grid.neighbour(p % grid.width, p / grid.width, DX[d], DY[d]);
            var n = q < 0 ? -1 : number[q];
            if (n >= 0 && known[n]) {
                var weight = d < 4 ? 1f : 0.5f;
                for (int c = 0; c < 4; c++) {
                    values[4 * i + c] += weight * values[4 * n + c];
                }
                total += weight;
            }
        }
        for (int c = 0; c < 4; c++) {
            values[4 * i + c] /= total;
        }
    }

    private void relax() {
        var sum = new float[4];
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (int k = 0; k < samples.length; k++) {
                int i = sweep % 2 == 0 ? k : samples.length - 1 - k;
                int p = samples[i];
                Arrays.fill(sum, 0);
                int count = 0;
                for (int d = 0; d < 4; d++) {
                    var q = grid.neighbour(p % grid.width, p / grid.width, DX[d], DY[d]);
                    if (q < 0) {
                        continue;
                    }
                    if (meets(p, q)) {
                        sum[0] += grid.inverse[q];
                        for (int c = 0; c < 3; c++) {
                            sum[c + 1] += values[4 * i + c + 1]; // its own colour was taken a step away from the edge
                        }
                        count++;
                    } else if (number[q] >= 0 && !grid.torn(values[4 * i], values[4 * number[q]])) {
                        for (int c = 0; c < 4; c++) {
                            sum[c] += values[4 * number[q] + c];
                        }
                        count++;
                    }
                }
                for (int c = 0; c < 4 && count > 0; c++) {
                    values[4 * i + c] = sum[c] / count;
                }
            }
        }
    }

    private void stayBehind() {
        for (int i = 0; i < samples.length; i++) {
            values[4 * i] = Math.min(values[4 * i], 0.98f * grid.inverse[samples[i]]);
        }
    }
}
