package dev.suffice.depthfusion.resample;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.depthfusion.Projection;
import dev.suffice.depthfusion.Scene;
import dev.suffice.image.RgbdImage;

/**
 * A scene through another projection, from the same eye: colours bilinear, depths from the nearest pixel (a mean of two surfaces is
 * on neither) at 16 bits, turned from the depth of one projection into that of the other. Black and far where the scene shows nothing.
 */
public final class Resampler {
    private static final int MAX_SIDE = 16384;

    private final Scene scene;

    /** Of this scene. */
    public Resampler(Scene scene) {
        this.scene = scene;
    }

    /**
     * One side of the cube around the eye.
     *
     * @param size pixels in a row and in a column
     */
    public Scene face(CubeFace face, int size) {
        return through(new Projection.Perspective(90, 1), size, size, face);
    }

    /** The whole sphere around the eye, twice as wide as high. */
    public Scene panorama(int height) {
        return through(new Projection.Equirectangular(), 2 * height, height, CubeFace.FRONT);
    }

    /** A pinhole picture straight ahead. */
    public Scene perspective(int width, int height, double fieldOfView) {
        return through(new Projection.Perspective(fieldOfView, (double) width / height), width, height, CubeFace.FRONT);
    }

    private Scene through(Projection projection, int width, int height, CubeFace frame) {
        if (Math.min(width, height) < 2 || Math.max(width, height) > MAX_SIDE) {
            throw new InvalidRequestException(
                    "picture of %dx%d pixels: sides must be between 2 and %d".formatted(width, height, MAX_SIDE));
        }
        var rgb = new byte[3 * width * height];
        var depth = new short[width * height];
        var own = new double[3];
        var direction = new double[3];
        var uv = new double[2];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                var u = (x + 0.5) / width;
                var v = (y + 0.5) / height;
                projection.point(u, v, 1, own);
                frame.turn(own, direction);
                var there = scene.projection().project(direction[0], direction[1], direction[2], uv);
                if (there > 1e-6 && uv[0] >= 0 && uv[0] <= 1 && uv[1] >= 0 && uv[1] <= 1) {
                    colour(uv, rgb, 3 * (y * width + x));
                    var inverse = scene.inverseDepth(
                            Math.min(scene.image().width() - 1, (int)
                                    (uv[0] * scene.image().width())),
                            Math.min(scene.image().height() - 1, (int)
                                    (uv[1] * scene.image().height())));
                    // the same distance, in the terms of the other projection
                    var distance = scene.projection().distance(uv[0], uv[1], 1 / inverse);
                    depth[y * width + x] = (short) scene.mapping().value(projection.distance(u, v, 1) / distance);
                }
            }
        }
        return new Scene(
                new RgbdImage(width, height, rgb, depth, scene.image().depthScale()),
                projection,
                scene.mapping(),
                scene.metric(),
                scene.provenance());
    }

    private void colour(double[] uv, byte[] rgb, int at) {
        var x = uv[0] * scene.image().width() - 0.5;
        var y = uv[1] * scene.image().height() - 0.5;
        var left = (int) Math.floor(x);
        var top = (int) Math.floor(y);
        var s = x - left;
        var t = y - top;
        var a = pixel(left, top);
        var b = pixel(left + 1, top);
        var c = pixel(left, top + 1);
        var d = pixel(left + 1, top + 1);
        for (int k = 0; k < 3; k++) {
            var shift = 16 - 8 * k;
            var above = (1 - s) * (a >> shift & 0xff) + s * (b >> shift & 0xff);
            var below = (1 - s) * (c >> shift & 0xff) + s * (d >> shift & 0xff);
            rgb[at + k] = (byte) Math.round((1 - t) * above + t * below);
        }
    }

    private int pixel(int x, int y) {
        var width = scene.image().width();
        var column = scene.projection().wraps() ? Math.floorMod(x, width) : Math.clamp(x, 0, width - 1);
        return scene.image().rgb(column, Math.clamp(y, 0, scene.image().height() - 1));
    }
}
