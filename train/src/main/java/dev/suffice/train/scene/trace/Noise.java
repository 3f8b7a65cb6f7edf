package dev.suffice.train.scene.trace;

/** Smooth value noise over the plane, with the same values everywhere for one seed. Immutable. */
public final class Noise {
    private final int seed;

    /** Noise of its own for every seed. */
    public Noise(long seed) {
        this.seed = (int) (seed ^ (seed >>> 32)) * 0x9e3779b1;
    }

    /** A number in [0, 1) for a pair of integers. */
    public double at(int x, int y) {
        int h = seed + x * 0x27d4eb2d + y * 0x165667b1;
        h ^= h >>> 15;
        h *= 0x2c1b3c6d;
        h ^= h >>> 12;
        h *= 0x297a2d39;
        h ^= h >>> 15;
        return (h >>> 8) * 0x1p-24;
    }

    /** Noise in [0, 1], one bump per unit. */
    public double smooth(double x, double y) {
        double fx = Math.floor(x);
        double fy = Math.floor(y);
        int ix = (int) fx;
        int iy = (int) fy;
        double u = x - fx;
        double v = y - fy;
        u = u * u * u * (u * (u * 6 - 15) + 10);
        v = v * v * v * (v * (v * 6 - 15) + 10);
        double a = at(ix, iy);
        double b = at(ix + 1, iy);
        double c = at(ix, iy + 1);
        double d = at(ix + 1, iy + 1);
        return a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v;
    }

    /** Sum of octaves, each half as high and twice as fine, scaled to [0, 1]. */
    public double octaves(double x, double y, int octaves) {
        double sum = 0;
        double weight = 0.5;
        double total = 0;
        double px = x;
        double py = y;
        for (int i = 0; i < octaves; i++) {
            sum += weight * smooth(px, py);
            total += weight;
            weight *= 0.5;
            // Turned from octave to octave, so that the lattice does not show.
            double turned = 1.6 * px - 1.2 * py + 17.3;
            py = 1.2 * px + 1.6 * py - 5.1;
            px = turned;
        }
        return sum / total;
    }

    /** Octaves folded into sharp ridges, scaled to [0, 1] (Musgrave's ridged multifractal, simplified). */
    public double ridges(double x, double y, int octaves) {
        double sum = 0;
        double weight = 0.5;
        double total = 0;
        double previous = 1;
        double px = x;
        double py = y;
        for (int i = 0; i < octaves; i++) {
            double n = 1 - Math.abs(2 * smooth(px, py) - 1);
            n *= n;
            sum += weight * n * previous;
            total += weight;
            previous = Math.clamp(n * 1.4, 0.0, 1.0);
            weight *= 0.5;
            double turned = 1.6 * px - 1.2 * py + 31.7;
            py = 1.2 * px + 1.6 * py - 9.4;
            px = turned;
        }
        return sum / total;
    }
}
