package dev.suffice.depthfusion.viewer;

import dev.suffice.depthfusion.DepthMapping;
import dev.suffice.depthfusion.Layer;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.Mesh;
import dev.suffice.depthfusion.Projection;
import dev.suffice.depthfusion.Provenance;
import dev.suffice.depthfusion.Scene;
import dev.suffice.depthfusion.Texture;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scenes of known geometry: a sphere of {@link #FAR} metres around the eye, softly coloured, with discs in known directions, and a
 * magenta plate at {@link #NEAR} metres.
 */
final class Landmarks {
    static final double FAR = 10;
    static final double NEAR = 2;
    static final int RED = 0xe61e1e;
    static final int GREEN = 0x1ec83c;
    static final int BLUE = 0x2846e6;
    static final int MAGENTA = 0xdc1ec8;

    /** Yaw of the discs and of the plate in degrees; all lie at eye level but the blue one. */
    static final double RED_YAW = 0;

    static final double GREEN_YAW = 30;
    static final double BLUE_YAW = 0;
    static final double BLUE_PITCH = 25;
    static final double PLATE_YAW = -25;

    private static final int WIDTH = 1024;
    private static final int HEIGHT = 512;
    private static final double DISC = 2.0;

    private Landmarks() {}

    /** The panorama. */
    static LayeredScene panorama() {
        return scene(new Projection.Equirectangular(), sphere(), plate(), WIDTH, HEIGHT, true);
    }

    /** The same without metres. */
    static LayeredScene relative() {
        return scene(new Projection.Equirectangular(), sphere(), plate(), WIDTH, HEIGHT, false);
    }

    /** A single triangle with these corners, of which the last index is {@code last}. */
    static LayeredScene triangle(float x, int last) {
        var mesh = new Mesh(
                new float[] {x, 0, -1, 1, 0, -1, 0, 1, -1}, new float[] {0, 0, 1, 0, 0, 1}, new int[] {0, 1, last});
        var layer = new Layer("background", mesh, new Texture(2, 2, new byte[12]));
        return new LayeredScene(panorama().scene(), List.of(layer), 0.5);
    }

    /** A perspective picture of 60 degrees, square, {@link #FAR} metres away, bright to its edges. */
    static LayeredScene perspective() {
        int side = 256;
        var rgb = new byte[3 * side * side];
        for (int i = 0; i < side * side; i++) {
            double x = (i % side) / (side - 1.0);
            double y = Math.floorDiv(i, side) / (side - 1.0);
            put(rgb, i, (int) (150 + 80 * x), (int) (190 - 40 * y), (int) (230 - 90 * x));
        }
        double half = Math.tan(Math.toRadians(30)) * FAR;
        int cells = 32;
        var positions = new float[3 * (cells + 1) * (cells + 1)];
        var uv = new float[2 * (cells + 1) * (cells + 1)];
        for (int i = 0; i < (cells + 1) * (cells + 1); i++) {
            double u = (i % (cells + 1)) / (double) cells;
            double v = Math.floorDiv(i, cells + 1) / (double) cells;
            vertex(positions, uv, i, (2 * u - 1) * half, (1 - 2 * v) * half, -FAR, u, v);
        }
        var layer = new Layer("background", new Mesh(positions, uv, grid(cells, cells)), new Texture(side, side, rgb));
        var scene = new Scene(
                picture(side, side),
                new Projection.Perspective(60, 1),
                DepthMapping.of(new DepthScale.Logarithmic(1, 20)),
                true,
                provenance());
        return new LayeredScene(scene, List.of(layer), 0.5);
    }

    private static LayeredScene scene(
            Projection projection, Layer background, Layer foreground, int width, int height, boolean metric) {
        var scene = new Scene(
                picture(width, height),
                projection,
                DepthMapping.of(new DepthScale.Logarithmic(1, 20)),
                metric,
                provenance());
        return new LayeredScene(scene, List.of(background, foreground), 0.5);
    }

    private static RgbdImage picture(int width, int height) {
        return new RgbdImage(
                width,
                height,
                new byte[3 * width * height],
                new short[width * height],
                new DepthScale.Logarithmic(1, 20));
    }

    private static Provenance provenance() {
        var compute = JsonMapper.builder().build().readTree("""
                {"summary": "49% of the computation saved", "flops": 145e9, "full_flops": 284.5e9,
                 "stages": [{"name": "u-net", "passes": 50, "full_passes": 100, "seconds": 1.7}]}""");
        return new Provenance(
                "landmarks </script><b>",
                Optional.of("coloured discs all around </script><b>bold</b>"),
                OptionalLong.of(7),
                Optional.of("DDIMScheduler"),
                OptionalInt.of(25),
                Optional.of(compute));
    }

    private static Layer sphere() {
        int across = 128;
        int down = 64;
        var positions = new float[3 * (across + 1) * (down + 1)];
        var uv = new float[2 * (across + 1) * (down + 1)];
        for (int i = 0; i < (across + 1) * (down + 1); i++) {
            double u = (i % (across + 1)) / (double) across;
            double v = Math.floorDiv(i, across + 1) / (double) down;
            var d = direction((u - 0.5) * 360, (0.5 - v) * 180);
            vertex(positions, uv, i, FAR * d[0], FAR * d[1], FAR * d[2], u, v);
        }
        var rgb = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            double yaw = ((i % WIDTH + 0.5) / WIDTH - 0.5) * 360;
            double pitch = (0.5 - (Math.floorDiv(i, WIDTH) + 0.5) / HEIGHT) * 180;
            put(
                    rgb,
                    i,
                    (int) (128 + 40 * Math.cos(Math.toRadians(yaw))),
                    (int) (128 + 40 * Math.sin(Math.toRadians(yaw))),
                    (int) (128 + 40 * Math.sin(Math.toRadians(pitch))));
            disc(rgb, i, yaw, pitch, RED_YAW, 0, RED);
            disc(rgb, i, yaw, pitch, GREEN_YAW, 0, GREEN);
            disc(rgb, i, yaw, pitch, BLUE_YAW, BLUE_PITCH, BLUE);
        }
        return new Layer("background", new Mesh(positions, uv, grid(across, down)), new Texture(WIDTH, HEIGHT, rgb));
    }

    private static Layer plate() {
        var positions = new float[12];
        var uv = new float[8];
        for (int i = 0; i < 4; i++) {
            double u = i % 2;
            double v = Math.floorDiv(i, 2);
            var d = direction(PLATE_YAW + (2 * u - 1) * 2.5, (1 - 2 * v) * 2.5);
            vertex(positions, uv, i, NEAR * d[0], NEAR * d[1], NEAR * d[2], u, v);
        }
        var rgb = new byte[3 * 16];
        for (int i = 0; i < 16; i++) {
            put(rgb, i, MAGENTA >> 16, MAGENTA >> 8 & 255, MAGENTA & 255);
        }
        return new Layer("foreground", new Mesh(positions, uv, grid(1, 1)), new Texture(4, 4, rgb));
    }

    private static void disc(byte[] rgb, int i, double yaw, double pitch, double atYaw, double atPitch, int colour) {
        var a = direction(yaw, pitch);
        var b = direction(atYaw, atPitch);
        if (a[0] * b[0] + a[1] * b[1] + a[2] * b[2] > Math.cos(Math.toRadians(DISC))) {
            put(rgb, i, colour >> 16, colour >> 8 & 255, colour & 255);
        }
    }

    /** The unit vector of a yaw and a pitch in degrees. */
    static double[] direction(double yaw, double pitch) {
        double y = Math.toRadians(yaw);
        double p = Math.toRadians(pitch);
        return new double[] {Math.sin(y) * Math.cos(p), Math.sin(p), -Math.cos(y) * Math.cos(p)};
    }

    private static void vertex(float[] positions, float[] uv, int i, double x, double y, double z, double u, double v) {
        positions[3 * i] = (float) x;
        positions[3 * i + 1] = (float) y;
        positions[3 * i + 2] = (float) z;
        uv[2 * i] = (float) u;
        uv[2 * i + 1] = (float) v;
    }

    private static int[] grid(int across, int down) {
        var indices = new int[6 * across * down];
        for (int i = 0; i < across * down; i++) {
            int a = i / across * (across + 1) + i % across;
            int b = a + across + 1;
            int[] two = {a, b, a + 1, a + 1, b, b + 1};
            System.arraycopy(two, 0, indices, 6 * i, 6);
        }
        return indices;
    }

    private static void put(byte[] rgb, int i, int red, int green, int blue) {
        rgb[3 * i] = (byte) red;
        rgb[3 * i + 1] = (byte) green;
        rgb[3 * i + 2] = (byte) blue;
    }
}
