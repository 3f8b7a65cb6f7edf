package dev.suffice.train.scene.trace;

/**
 * Renders a world by casting rays: four colour samples per pixel with soft shadows and ambient occlusion, and one ray through the pixel's
 * middle for exact depth and mask. The visibility of light is estimated with few rays and smoothed among neighbours on the same surface,
 * so that soft shadows are free of speckle while colours and edges stay sharp. Depends on nothing but its arguments; one per thread.
 */
public final class Renderer {
    /** Depth written for open sky. */
    public static final float SKY_DEPTH = 1000;

    private static final double[] GRID = {0.375, 0.125, 0.875, 0.375, 0.125, 0.625, 0.625, 0.875};
    private static final int RADIUS = 3;

    private final Hit hit = new Hit();
    private final Hit scratch = new Hit();
    private final double[] direction = new double[3];
    private final double[] toLight = new double[4];
    private final double[] light = new double[3];
    private final double[] ambient = new double[3];
    private final double[] extra = new double[3];

    /**
     * Renders one picture.
     *
     * @param exposure factor on all light
     */
    public RenderedImage render(World world, Camera camera, int width, int height, double exposure) {
        int n = width * height;
        var depth = new float[n];
        var mask = new byte[n];
        var albedo = new float[3 * n];
        var normals = new float[3 * n];
        var ambientPart = new double[3 * n];
        var directPart = new double[3 * n];
        var rest = new double[3 * n];
        var lit = new float[n];
        var open = new float[n];
        double[] eye = camera.position();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int p = y * width + x;
                centre(world, camera, eye, (x + 0.5) / width, (y + 0.5) / height, p, depth, mask, albedo, normals);
                double visibleLight = 0;
                double visibleAround = 0;
                int counted = 0;
                for (int s = 0; s < 4; s++) {
                    camera.direction((x + GRID[2 * s]) / width, (y + GRID[2 * s + 1]) / height, direction);
                    double dx = direction[0];
                    double dy = direction[1];
                    double dz = direction[2];
                    if (!world.trace(eye[0], eye[1], eye[2], dx, dy, dz, hit)) {
                        world.sky(dx, dy, dz, light);
                        add(rest, p, light, 1);
                        continue;
                    }
                    double a = sequence(x, y, s, 0);
                    double b = sequence(x, y, s, 1);
                    world.light(hit, a, b, toLight, light);
                    world.ambient(hit, ambient);
                    world.sunshine(hit, sequence(x, y, s, 2), sequence(x, y, s, 3), scratch, extra);
                    double[] glow = {
                        hit.glowRed + hit.red * extra[0],
                        hit.glowGreen + hit.green * extra[1],
                        hit.glowBlue + hit.blue * extra[2]
                    };
                    double share = 1 - hit.haze;
                    addLit(directPart, p, light, share);
                    addLit(ambientPart, p, ambient, share);
                    add(rest, p, glow, share);
                    if (hit.haze > 0) {
                        world.haze(hit, dx, dy, dz, extra);
                        add(rest, p, extra, hit.haze);
                    }
                    if ((s & 1) == (x + y & 1)) {
                        double off = 1e-3 + 2e-4 * hit.t;
                        double sx = hit.x + off * hit.nx;
                        double sy = hit.y + off * hit.ny;
                        double sz = hit.z + off * hit.nz;
                        double bright = light[0] + light[1] + light[2];
                        visibleLight += bright > 0
                                        && world.blocked(
                                                sx, sy, sz, toLight[0], toLight[1], toLight[2], toLight[3], scratch)
                                ? 0
                                : 1;
                        visibleAround += around(world, sx, sy, sz, sequence(x, y, s, 4), sequence(x, y, s, 5));
                        counted++;
                    }
                }
                lit[p] = counted == 0 ? 1 : (float) (visibleLight / counted);
                open[p] = counted == 0 ? 1 : (float) (visibleAround / counted);
            }
        }
        var rgb = new byte[3 * n];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int p = y * width + x;
                double shadow = smoothed(lit, x, y, width, height, depth, mask, normals);
                double occlusion = 0.3 + 0.7 * smoothed(open, x, y, width, height, depth, mask, normals);
                for (int c = 0; c < 3; c++) {
                    double value =
                            ambientPart[3 * p + c] * occlusion + directPart[3 * p + c] * shadow + rest[3 * p + c];
                    rgb[3 * p + c] = (byte) Math.round(255 * Srgb.encoded(shoulder(exposure * value / 4)));
                }
            }
        }
        return new RenderedImage(width, height, rgb, depth, mask, albedo);
    }

    private void centre(
            World world,
            Camera camera,
            double[] eye,
            double u,
            double v,
            int p,
            float[] depth,
            byte[] mask,
            float[] albedo,
            float[] normals) {
        camera.direction(u, v, direction);
        if (world.trace(eye[0], eye[1], eye[2], direction[0], direction[1], direction[2], hit)) {
            depth[p] = (float) Math.min(SKY_DEPTH - 1, camera.depth(hit.t, direction));
            mask[p] = (byte) hit.object;
            albedo[3 * p] = (float) hit.red;
            albedo[3 * p + 1] = (float) hit.green;
            albedo[3 * p + 2] = (float) hit.blue;
            normals[3 * p] = (float) hit.nx;
            normals[3 * p + 1] = (float) hit.ny;
            normals[3 * p + 2] = (float) hit.nz;
        } else {
            depth[p] = SKY_DEPTH;
        }
    }

    /** One cosine-weighted ray: 0 at a touching surface, rising to 1 at the world's reach. */
    private double around(World world, double x, double y, double z, double a, double b) {
        double radius = Math.sqrt(a);
        double angle = 2 * Math.PI * b;
        double lx = radius * Math.cos(angle);
        double ly = radius * Math.sin(angle);
        double lz = Math.sqrt(1 - a);
        // An orthonormal basis from one normal (Duff et al., 2017).
        double sign = hit.nz < 0 ? -1 : 1;
        double k = -1 / (sign + hit.nz);
        double m = hit.nx * hit.ny * k;
        double dx = lx * (1 + sign * hit.nx * hit.nx * k) + ly * m + lz * hit.nx;
        double dy = lx * sign * m + ly * (sign + hit.ny * hit.ny * k) + lz * hit.ny;
        double dz = -lx * sign * hit.nx - ly * hit.ny + lz * hit.nz;
        return world.blocked(x, y, z, dx, dy, dz, world.reach(), scratch) ? 0 : 1;
    }

    /** Averages a visibility over near pixels of the same object with nearly the same normal and depth. */
    private static double smoothed(
            float[] values, int x, int y, int width, int height, float[] depth, byte[] mask, float[] normals) {
        int p = y * width + x;
        double sum = 0;
        double total = 0;
        double d = depth[p];
        for (int j = Math.max(0, y - RADIUS); j <= Math.min(height - 1, y + RADIUS); j++) {
            for (int i = Math.max(0, x - RADIUS); i <= Math.min(width - 1, x + RADIUS); i++) {
                int q = j * width + i;
                if (mask[q] != mask[p] || Math.abs(depth[q] - d) > 0.08 * d) {
                    continue;
                }
                double cosine = normals[3 * p] * normals[3 * q]
                        + normals[3 * p + 1] * normals[3 * q + 1]
                        + normals[3 * p + 2] * normals[3 * q + 2];
                if (cosine < 0.8 && q != p) {
                    continue;
                }
                int far = (i - x) * (i - x) + (j - y) * (j - y);
                double weight = Math.exp(-far / 6.0);
                sum += weight * values[q];
                total += weight;
            }
        }
        return sum / total;
    }

    private void addLit(double[] sum, int p, double[] rgb, double share) {
        sum[3 * p] += share * hit.red * rgb[0];
        sum[3 * p + 1] += share * hit.green * rgb[1];
        sum[3 * p + 2] += share * hit.blue * rgb[2];
    }

    private static void add(double[] sum, int p, double[] rgb, double share) {
        sum[3 * p] += share * rgb[0];
        sum[3 * p + 1] += share * rgb[1];
        sum[3 * p + 2] += share * rgb[2];
    }

    /** Straight up to 0.7, then bending towards 1, so that bright parts keep their shape. */
    private static double shoulder(double value) {
        return value <= 0.7 ? value : 1 - 0.3 * Math.exp((0.7 - value) / 0.3);
    }

    /**
     * A well spread number in [0, 1) per pixel, sample and purpose: the interleaved gradient of Jimenez (2014) moved on by multiples of the
     * golden ratio.
     */
    private static double sequence(int x, int y, int sample, int purpose) {
        double base = 52.9829189 * fraction(0.06711056 * (x + 5.588238 * purpose) + 0.00583715 * (y + 17.3 * purpose));
        int h = x * 0x27d4eb2d + y * 0x165667b1 + purpose * 0x9e3779b1;
        h ^= h >>> 15;
        h *= 0x2c1b3c6d;
        h ^= h >>> 13;
        double hash = (h >>> 8) * 0x1p-24;
        return fraction(fraction(base) + 0.6180339887 * sample + 0.15 * hash);
    }

    private static double fraction(double value) {
        return value - Math.floor(value);
    }
}
