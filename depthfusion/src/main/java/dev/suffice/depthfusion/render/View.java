package dev.suffice.depthfusion.render;

import dev.suffice.depthfusion.Texture;

/**
 * What was seen.
 *
 * @param picture its colours; black where nothing is
 * @param depth metres along the viewing axis, row by row; infinite where nothing is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record View(Texture picture, float[] depth) {
    /** Share of pixels through which nothing is seen. */
    public double holes() {
        int count = 0;
        for (var metres : depth) {
            count += Float.isInfinite(metres) ? 1 : 0;
        }
        return (double) count / depth.length;
    }
}
