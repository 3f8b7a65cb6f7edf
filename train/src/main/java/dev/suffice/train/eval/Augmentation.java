package dev.suffice.train.eval;

import java.util.random.RandomGenerator;

/**
 * Random changes that leave a picture's meaning: mirroring, slight crops, brightness, contrast, saturation, loss of detail, blur and
 * noise. Detail is taken away often, because generated pictures are a little soft and a judge must not mind.
 */
final class Augmentation {
    private static final int SIDE = Thumbnail.SIDE;
    private static final int AREA = SIDE * SIDE;

    private final RandomGenerator random;
    private final float[] planes = new float[Thumbnail.VALUES];
    private final float[] other = new float[Thumbnail.VALUES];

    Augmentation(RandomGenerator random) {
        this.random = random;
    }

    /** Without any change: colours as -1..1. */
    static void plain(Thumbnail picture, float[] out, int at) {
        for (int i = 0; i < Thumbnail.VALUES; i++) {
            out[at + i] = (picture.rgb()[i] & 0xff) / 127.5f - 1;
        }
    }

    /**
     * Writes a changed picture.
     *
     * @param map values on the picture's grid
     * @param out receives colours as -1..1 from {@code at}
     * @param mapOut receives the map, mirrored and cropped alike, from {@code mapAt}
     */
    void apply(Thumbnail picture, float[] map, float[] out, int at, float[] mapOut, int mapAt) {
        boolean mirrored = random.nextBoolean();
        double size = random.nextDouble() < 0.7 ? random.nextDouble(0.8, 1) : 1;
        double left = random.nextDouble() * (1 - size);
        double top = random.nextDouble() * (1 - size);
        for (int c = 0; c < 3; c++) {
            int plane = c * AREA;
            resample(
                    i -> (picture.rgb()[plane + i] & 0xff) / 255f,
                    SIDE,
                    left,
                    top,
                    size,
                    mirrored,
                    planes,
                    plane,
                    SIDE);
        }
        resample(i -> map[i], Thumbnail.GRID, left, top, size, mirrored, mapOut, mapAt, Thumbnail.GRID);
        colours();
        if (random.nextDouble() < 0.5) {
            loseDetail(20 + random.nextInt(37));
        }
        if (random.nextDouble() < 0.4) {
            blur(random.nextFloat(0.1f, 0.5f));
        }
        float noise = random.nextDouble() < 0.5 ? random.nextFloat(0.005f, 0.06f) : 0;
        for (int i = 0; i < planes.length; i++) {
            float value = noise > 0 ? planes[i] + noise * (float) random.nextGaussian() : planes[i];
            out[at + i] = 2 * Math.clamp(value, 0, 1) - 1;
        }
    }

    private void colours() {
        float contrast = random.nextFloat(0.75f, 1.3f);
        float brightness = random.nextFloat(-0.1f, 0.1f);
        float saturation = random.nextFloat(0.7f, 1.3f);
        float[] tint = {random.nextFloat(0.95f, 1.05f), random.nextFloat(0.95f, 1.05f), random.nextFloat(0.95f, 1.05f)};
        for (int i = 0; i < AREA; i++) {
            float grey = (planes[i] + planes[AREA + i] + planes[2 * AREA + i]) / 3;
            for (int c = 0; c < 3; c++) {
                float value = grey + saturation * (planes[c * AREA + i] - grey);
                planes[c * AREA + i] = tint[c] * ((value - 0.5f) * contrast + 0.5f + brightness);
            }
        }
    }

    private void loseDetail(int side) {
        for (int c = 0; c < 3; c++) {
            int plane = c * AREA;
            float[] small = Thumbnail.shrink(SIDE, SIDE, (x, y) -> planes[plane + y * SIDE + x], side);
            resample(i -> small[i], side, 0, 0, 1, false, planes, plane, SIDE);
        }
    }

    private void blur(float side) {
        float centre = 1 - 2 * side / (1 + side);
        float weight = (1 - centre) / 2;
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < SIDE; y++) {
                int row = c * AREA + y * SIDE;
                for (int x = 0; x < SIDE; x++) {
                    other[row + x] = centre * planes[row + x]
                            + weight * (planes[row + Math.max(0, x - 1)] + planes[row + Math.min(SIDE - 1, x + 1)]);
                }
            }
            for (int y = 0; y < SIDE; y++) {
                int row = c * AREA + y * SIDE;
                int above = c * AREA + Math.max(0, y - 1) * SIDE;
                int below = c * AREA + Math.min(SIDE - 1, y + 1) * SIDE;
                for (int x = 0; x < SIDE; x++) {
                    planes[row + x] = centre * other[row + x] + weight * (other[above + x] + other[below + x]);
                }
            }
        }
    }

    /** A value by index. */
    @FunctionalInterface
    private interface Source {
        float at(int index);
    }

    /** Bilinear resampling of a square part of a plane. */
    private static void resample(
            Source from,
            int side,
            double left,
            double top,
            double size,
            boolean mirrored,
            float[] to,
            int at,
            int toSide) {
        for (int y = 0; y < toSide; y++) {
            double v = Math.clamp((top + size * (y + 0.5) / toSide) * side - 0.5, 0, side - 1);
            int y0 = (int) v;
            int y1 = Math.min(side - 1, y0 + 1);
            float fy = (float) (v - y0);
            for (int x = 0; x < toSide; x++) {
                double u = Math.clamp((left + size * (x + 0.5) / toSide) * side - 0.5, 0, side - 1);
                int x0 = (int) u;
                int x1 = Math.min(side - 1, x0 + 1);
                float fx = (float) (u - x0);
                float upper = from.at(y0 * side + x0) * (1 - fx) + from.at(y0 * side + x1) * fx;
                float lower = from.at(y1 * side + x0) * (1 - fx) + from.at(y1 * side + x1) * fx;
                to[at + y * toSide + (mirrored ? toSide - 1 - x : x)] = upper * (1 - fy) + lower * fy;
            }
        }
    }
}
