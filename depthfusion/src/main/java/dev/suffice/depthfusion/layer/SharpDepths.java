package dev.suffice.depthfusion.layer;

import dev.suffice.depthfusion.Scene;
import java.util.BitSet;

/** A scene's samples with sharp depth edges and clean colours on both sides of them. */
final class SharpDepths {
    final DepthGrid grid;
    final Tears tears;

    /** Colours of the samples, 3 bytes each. */
    final byte[] rgb;

    /** Samples whose colour is not the picture's any more. */
    final BitSet changed;

    /** @param reduction take every so many samples along both axes */
    SharpDepths(Scene scene, int reduction) {
        grid = DepthGrid.of(scene, reduction);
        PolarFilter.apply(grid);
        rgb = colours(scene, grid);
        EdgeSharpening.apply(grid, rgb);
        PolarFilter.apply(grid); // cells near the poles stay whole
        tears = new Tears(grid);
        changed = EdgeColours.clean(grid, tears, rgb);
    }

    private static byte[] colours(Scene scene, DepthGrid grid) {
        var image = scene.image();
        var rgb = new byte[3 * grid.inverse.length];
        for (int y = 0; y < grid.height; y++) {
            for (int x = 0; x < grid.width; x++) {
                var colour = image.rgb(
                        DepthGrid.middle(x, grid.width, image.width()),
                        DepthGrid.middle(y, grid.height, image.height()));
                var at = 3 * (y * grid.width + x);
                rgb[at] = (byte) (colour >> 16);
                rgb[at + 1] = (byte) (colour >> 8);
                rgb[at + 2] = (byte) colour;
            }
        }
        return rgb;
    }
}
