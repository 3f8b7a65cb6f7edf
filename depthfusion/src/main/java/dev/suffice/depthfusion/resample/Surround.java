package dev.suffice.depthfusion.resample;

import dev.suffice.depthfusion.DepthMapping;
import dev.suffice.depthfusion.Projection;
import dev.suffice.depthfusion.Scene;
import dev.suffice.depthfusion.layer.Layering;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;

/**
 * A pinhole picture extended to the whole sphere around the eye. Beyond its frame the picture goes on mirrored to the sides and held
 * above and below, softer the farther from it, and its depth goes on as it is at the frame: nothing that could be mistaken for a picture, but no black either.
 */
public final class Surround {
    private static final int LEAST_HEIGHT = 64;
    private static final int MOST_HEIGHT = 2048;

    /** Widest blur, of the picture's width. */
    private static final double SOFTEST = 0.2;

    private final Scene scene;
    private final Pyramid pyramid;
    private final double halfWidth;
    private final double halfHeight;
    private final double pixels;

    private Surround(Scene scene, Projection.Perspective frame) {
        this.scene = scene;
        this.pyramid = new Pyramid(scene);
        this.halfHeight = Math.toRadians(frame.fieldOfView()) / 2;
        this.halfWidth = Math.atan(Math.tan(halfHeight) * frame.aspect());
        this.pixels = frame.pixelsPerRadian(scene.image().height());
    }

    /** The picture as the front of a panorama of its resolution, or twice that if it is small; panoramas are returned as they are. */
    public static Scene of(Scene scene) {
        if (!(scene.projection() instanceof Projection.Perspective frame)) {
            return scene;
        }
        var fine = Layering.refined(scene);
        // twice the resolution keeps what refined outlines have gained
        var height = frame.pixelsPerRadian(scene.image().height())
                * Math.PI
                * (fine.image().height() > scene.image().height() ? 2 : 1);
        return new Surround(fine, frame).panorama(Math.clamp(Math.round(height), LEAST_HEIGHT, MOST_HEIGHT));
    }

    private Scene panorama(int height) {
        int width = 2 * height;
        var rgb = new byte[3 * width * height];
        var depth = new short[width * height];
        var sum = new double[4];
        // the range in which distances are kept, whatever the picture's own steps
        var mapping = new DepthMapping.Logarithmic(
                scene.mapping().near(), Math.min(1e5, 2 * scene.mapping().far()));
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                var longitude = ((x + 0.5) / width - 0.5) * 2 * Math.PI;
                var latitude = (0.5 - (y + 0.5) / height) * Math.PI;
                sample(longitude, latitude, sum);
                for (int c = 0; c < 3; c++) {
                    rgb[3 * (y * width + x) + c] = (byte) Math.round(Math.clamp(sum[c], 0, 255));
                }
                depth[y * width + x] = (short) mapping.value(sum[3]);
            }
        }
        var scale =
                scene.metric() ? new DepthScale.Logarithmic(mapping.near(), mapping.far()) : new DepthScale.Relative();
        return new Scene(
                new RgbdImage(width, height, rgb, depth, scale),
                new Projection.Equirectangular(),
                mapping,
                scene.metric(),
                scene.provenance());
    }

    /** Colours, and one over the distance. */
    private void sample(double longitude, double latitude, double[] sum) {
        var side = Math.abs(longitude);
        var beside = Math.max(0, side - halfWidth);
        var top = top(Math.min(side, halfWidth));
        var beyond = Math.max(0, Math.abs(latitude) - top);
        java.util.Arrays.fill(sum, 0);
        if (beside == 0 && beyond == 0) {
            inside(longitude, latitude, sum);
            return;
        }
        // the softer the farther, but never so soft that sky and ground become one
        var blur = Math.min(
                1 + 0.6 * Math.hypot(beside, beyond) * pixels,
                SOFTEST * scene.image().width());
        // at the back both sides meet
        var both = 0.5 * Math.pow(beside / (Math.PI - halfWidth), 2);
        var mirrored = beside == 0 ? side : halfWidth - fold(beside, 2 * halfWidth);
        var height = Math.clamp(latitude, -top(mirrored), top(mirrored));
        add(Math.copySign(1, longitude) * mirrored, height, blur, 1 - both, sum);
        add(-Math.copySign(1, longitude) * mirrored, height, blur, both, sum);
        var held = new double[4];
        var edge = Math.clamp(longitude, -halfWidth, halfWidth);
        var edgeHeight = Math.clamp(latitude, -top, top);
        add(edge, edgeHeight, blur, 1 - both, held);
        add(-edge, edgeHeight, blur, both, held);
        sum[3] = held[3] * slant(edge, edgeHeight);
    }

    private void inside(double longitude, double latitude, double[] sum) {
        var u = u(longitude);
        var v = v(longitude, latitude);
        pyramid.add(u, v, 1, 1, sum);
        var width = scene.image().width();
        var height = scene.image().height();
        var inverse = scene.inverseDepth(
                Math.clamp((int) (u * width), 0, width - 1), Math.clamp((int) (v * height), 0, height - 1));
        sum[3] = inverse * slant(longitude, latitude);
    }

    private void add(double longitude, double latitude, double blur, double weight, double[] sum) {
        pyramid.add(u(longitude), v(longitude, latitude), blur, weight, sum);
    }

    /** From one over depth along the axis to one over distance. */
    private static double slant(double longitude, double latitude) {
        return Math.cos(longitude) * Math.cos(latitude);
    }

    private double u(double longitude) {
        return 0.5 + 0.5 * Math.tan(longitude) / Math.tan(halfWidth);
    }

    private double v(double longitude, double latitude) {
        return 0.5 - 0.5 * Math.tan(latitude) / Math.cos(longitude) / Math.tan(halfHeight);
    }

    /** The latitude of the frame's upper edge. */
    private double top(double longitude) {
        return Math.atan(Math.tan(halfHeight) * Math.cos(longitude));
    }

    /** Back and forth between 0 and a length. */
    private static double fold(double value, double length) {
        var rest = value % (2 * length);
        return rest <= length ? rest : 2 * length - rest;
    }
}
