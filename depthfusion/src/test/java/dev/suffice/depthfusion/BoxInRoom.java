package dev.suffice.depthfusion;

import dev.suffice.depthfusion.render.View;
import dev.suffice.depthfusion.render.Viewpoint;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;

/** A box that floats in a room, cast ray by ray: every depth is known exactly, from every point. */
final class BoxInRoom {
    static final DepthScale.Logarithmic SCALE = new DepthScale.Logarithmic(0.3, 100);
    static final double[] ROOM = {-3, -1.5, -4, 3, 1.5, 4};

    /** At 1.4 m to 2 m in front of the eye, a little to the left. */
    static final double[] BOX = {-0.7, -0.5, -2, 0.3, 0.4, -1.4};

    private BoxInRoom() {}

    static Scene panorama(int height) {
        return scene(new Projection.Equirectangular(), 2 * height, height);
    }

    static Scene perspective(int width, int height, double fieldOfView) {
        return scene(new Projection.Perspective(fieldOfView, (double) width / height), width, height);
    }

    private static Scene scene(Projection projection, int width, int height) {
        var rgb = new byte[3 * width * height];
        var depth = new short[width * height];
        var ray = new double[3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                projection.point((x + 0.5) / width, (y + 0.5) / height, 1, ray);
                var t = distance(0, 0, 0, ray);
                colour(t * ray[0], t * ray[1], t * ray[2], rgb, 3 * (y * width + x));
                depth[y * width + x] = coded(t);
            }
        }
        return Scene.of(
                new RgbdImage(width, height, rgb, depth, SCALE), projection, Provenance.titled("a box in a room"));
    }

    static short coded(double metres) {
        return (short)
                Math.round(DepthScale.MAX * Math.log(SCALE.far() / metres) / Math.log(SCALE.far() / SCALE.near()));
    }

    /** What is really seen from a viewpoint that looks straight ahead. */
    static View truth(Viewpoint eye, int width, int height) {
        var projection = new Projection.Perspective(eye.fieldOfView(), (double) width / height);
        var rgb = new byte[3 * width * height];
        var depth = new float[width * height];
        var ray = new double[3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                projection.point((x + 0.5) / width, (y + 0.5) / height, 1, ray);
                var t = distance(eye.x(), eye.y(), eye.z(), ray);
                colour(eye.x() + t * ray[0], eye.y() + t * ray[1], eye.z() + t * ray[2], rgb, 3 * (y * width + x));
                depth[y * width + x] = (float) t;
            }
        }
        return new View(new Texture(width, height, rgb), depth);
    }

    /** How many times the ray to the first surface that it meets. */
    static double distance(double x, double y, double z, double[] ray) {
        var from = new double[] {x, y, z};
        double enter = 0;
        double leave = Double.POSITIVE_INFINITY;
        double room = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 3; i++) {
            var a = (BOX[i] - from[i]) / ray[i];
            var b = (BOX[i + 3] - from[i]) / ray[i];
            enter = Math.max(enter, Math.min(a, b));
            leave = Math.min(leave, Math.max(a, b));
            room = Math.min(room, Math.max((ROOM[i] - from[i]) / ray[i], (ROOM[i + 3] - from[i]) / ray[i]));
        }
        return enter > 0 && enter < leave ? enter : room;
    }

    /** Smooth colours that are the same from every side: reddish on the box, greenish waves on the walls. */
    private static void colour(double x, double y, double z, byte[] rgb, int at) {
        var onBox = z > BOX[2] - 1e-6
                && z < BOX[5] + 1e-6
                && x > BOX[0] - 1e-6
                && x < BOX[3] + 1e-6
                && y > BOX[1] - 1e-6
                && y < BOX[4] + 1e-6;
        var wave = Math.sin(2.1 * x + 0.3) * Math.sin(1.7 * y + 0.8) * Math.cos(1.3 * z);
        rgb[at] = (byte) (onBox ? 200 + 40 * wave : 70 + 30 * wave);
        rgb[at + 1] = (byte) (onBox ? 60 + 30 * wave : 150 + 60 * wave);
        rgb[at + 2] = (byte) (onBox ? 50 : 110 - 50 * wave);
    }

    /** Peak signal to noise ratio between two pictures, in dB. */
    static double psnr(Texture a, Texture b) {
        double sum = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            var difference = (a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff);
            sum += difference * difference;
        }
        return 10 * Math.log10(255.0 * 255 * a.rgb().length / sum);
    }
}
