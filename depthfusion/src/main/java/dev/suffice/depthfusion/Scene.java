package dev.suffice.depthfusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;

/**
 * A picture with depth, and how both are to be understood.
 *
 * @param image colours and depths
 * @param projection how its pixels lie around the eye
 * @param mapping depth in metres of a depth value
 * @param metric whether these metres were measured; otherwise only the order of depths is true
 * @param provenance where it comes from
 */
public record Scene(
        RgbdImage image, Projection projection, DepthMapping mapping, boolean metric, Provenance provenance) {
    /** Pictures of fewer columns or rows have no surface. */
    static final int MIN_SIDE = 2;

    /** Checks the size. */
    public Scene {
        if (image.width() < MIN_SIDE || image.height() < MIN_SIDE) {
            throw new InvalidRequestException("image of %dx%d pixels: must be at least %dx%d to have a surface"
                    .formatted(image.width(), image.height(), MIN_SIDE, MIN_SIDE));
        }
    }

    /** A scene whose depths mean what the image's own depth scale says. */
    public static Scene of(RgbdImage image, Projection projection, Provenance provenance) {
        return new Scene(
                image,
                projection,
                DepthMapping.of(image.depthScale()),
                image.depthScale() instanceof DepthScale.Logarithmic,
                provenance);
    }

    /** One over the depth at a pixel, per metre; along the viewing axis or the ray, as the projection says. */
    public double inverseDepth(int x, int y) {
        return mapping.inverse(image.depth(x, y));
    }
}
