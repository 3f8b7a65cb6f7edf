package dev.suffice.depthfusion.layer;

import dev.suffice.depthfusion.Scene;
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

    private final Scene scene;
    private final DepthGrid grid;
    private final byte[] kinds;
    private final HiddenSurface hidden;

    LayerTextures(Scene scene, DepthGrid grid, byte[] kinds, HiddenSurface hidden) {
        this.scene = scene;
        this.grid = grid;
        this.kinds = kinds;
        this.hidden = hidden;
    }

    Texture background() {
        return texture((x, y, p, rgb, at) -> {
            if (kinds[p] != Occlusion.HIDING) {
                return false;
            }
            for (int c = 0; c < 3; c++) {
                rgb[at + c] = (byte) Math.round(Math.clamp(hidden.colour(p, c), 0, 255));
            }
            return true;
        });
    }

    Texture foreground() {
        var source = beyond();
        return texture((x, y, p, rgb, at) -> {
            if (source[p] < 0) {
                return false;
            }
            var image = scene.image();
            var colour = image.rgb(
                    DepthGrid.middle(source[p] % grid.width, grid.width, image.width()),
                    DepthGrid.middle(source[p] / grid.width, grid.height, image.height()));
            rgb[at] = (byte) (colour >> 16);
            rgb[at + 1] = (byte) (colour >> 8);
            rgb[at + 2] = (byte) colour;
            return true;
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
                    if (from >= 0 && grid.torn(p, from)) {
                        source[p] = from;
                    }
                }
            }
        }
        return source;
    }

    private Texture texture(Paint paint) {
        var image = scene.image();
        var rgb = new byte[3 * image.width() * image.height()];
        for (int y = 0; y < image.height(); y++) {
            var row = (int) ((long) y * grid.height / image.height());
            for (int x = 0; x < image.width(); x++) {
                var p = row * grid.width + (int) ((long) x * grid.width / image.width());
                var at = 3 * (y * image.width() + x);
                if (!paint.paint(x, y, p, rgb, at)) {
                    var colour = image.rgb(x, y);
                    rgb[at] = (byte) (colour >> 16);
                    rgb[at + 1] = (byte) (colour >> 8);
                    rgb[at + 2] = (byte) colour;
                }
            }
        }
        return new Texture(image.width(), image.height(), rgb);
    }

    /** Another colour than the picture's for a pixel. */
    private interface Paint {
        boolean paint(int x, int y, int p, byte[] rgb, int at);
    }
}
