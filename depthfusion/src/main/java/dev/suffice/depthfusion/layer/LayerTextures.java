package dev.suffice.depthfusion.layer;

import dev.suffice.depthfusion.Texture;

/**
 * Colours of both layers, each the size of the picture. A viewer blends neighbouring pixels: so the background shows what is hidden
 * where the foreground was, and the foreground carries its colours on beyond its edges.
 */
final class LayerTextures {
    /** How far the foreground's colours go on beyond its edges, in samples. */
    private static final int MARGIN = 2;

    private static final int[] DX = {1, -1, 0, 0, 1, 1, -1, -1};
    private static final int[] DY = {0, 0, 1, -1, 1, -1, 1, -1};

    private final DepthGrid grid;
    private final byte[] kinds;
    private final HiddenSurface hidden;
    private final Colours colours;

    LayerTextures(DepthGrid grid, byte[] kinds, HiddenSurface hidden, Colours colours) {
        this.grid = grid;
        this.kinds = kinds;
        this.hidden = hidden;
        this.colours = colours;
    }

    Texture background() {
        return texture((p, rgb, at) -> {
            for (int c = 0; c < 3 && kinds[p] == Occlusion.HIDING; c++) {
                rgb[at + c] = (byte) Math.round(Math.clamp(hidden.colour(p, c), 0, 255));
            }
        });
    }

    Texture foreground() {
        var source = beyond();
        return texture((p, rgb, at) -> {
            if (source[p] >= 0) {
                var colour = colours.sampleColour(source[p]);
                rgb[at] = (byte) (colour >> 16);
                rgb[at + 1] = (byte) (colour >> 8);
                rgb[at + 2] = (byte) colour;
            }
        });
    }

    /** For background samples just beyond an edge of the foreground the foreground sample whose colour they take, else -1. */
    private int[] beyond() {
        var source = new int[kinds.length];
        java.util.Arrays.fill(source, -1);
        for (int step = 0; step < MARGIN; step++) {
            var before = source.clone();
            for (int p = 0; p < kinds.length; p++) {
                for (int d = 0; d < 8 && kinds[p] == Occlusion.BACKGROUND && source[p] < 0; d++) {
                    var q = grid.neighbour(p % grid.width, p / grid.width, DX[d], DY[d]);
                    if (q < 0) {
                        continue;
                    }
                    var from = before[q] >= 0 ? before[q] : kinds[q] == Occlusion.BACKGROUND ? -1 : q;
                    if (from >= 0 && grid.torn(grid.inverse[p], grid.inverse[from])) {
                        source[p] = from;
                    }
                }
            }
        }
        return source;
    }

    private Texture texture(Paint paint) {
        var width = colours.width();
        var rgb = new byte[3 * width * colours.height()];
        for (int y = 0; y < colours.height(); y++) {
            colours.row(y, rgb, 3 * y * width);
            for (int x = 0; x < width; x++) {
                paint.paint(colours.sample(x, y), rgb, 3 * (y * width + x));
            }
        }
        return new Texture(width, colours.height(), rgb);
    }

    /** Paints over a pixel, if it should have another colour than the picture's. */
    private interface Paint {
        void paint(int p, byte[] rgb, int at);
    }
}
