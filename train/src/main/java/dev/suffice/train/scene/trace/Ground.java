package dev.suffice.train.scene.trace;

/** Height and colour of a landscape's ground, as functions of the place. Immutable. */
final class Ground {
    private final LandscapePlan plan;
    private final Noise noise;
    private final Noise detail;
    private final double wind;

    Ground(LandscapePlan plan) {
        this.plan = plan;
        this.noise = new Noise(plan.seed());
        this.detail = new Noise(plan.seed() ^ 0x5bd1e995L);
        this.wind = 2 * Math.PI * noise.at(3, 5);
    }

    private static double step(double from, double to, double x) {
        double t = Math.clamp((x - from) / (to - from), 0, 1);
        return t * t * (3 - 2 * t);
    }

    /** Height in metres; with fewer octaves for coarse questions such as shadows. */
    double height(double x, double z, int octaves) {
        double far = Math.hypot(x, z);
        // Shores begin soon behind what stands on the level ground, so that they stay in view.
        boolean shore = plan.form() == LandscapePlan.Form.LAKE || plan.form() == LandscapePlan.Form.VALLEY;
        double level = step(plan.flat(), shore ? 1.5 * plan.flat() + 6 : 3 * plan.flat() + 12, far);
        double amp = plan.amplitude();
        double bumps = 0.5 * (noise.octaves(x / 11, z / 11, Math.max(1, octaves - 4)) - 0.5) * level;
        return level * raw(x, z, octaves, far, level, amp, bumps);
    }

    private double raw(double x, double z, int octaves, double far, double level, double amp, double bumps) {
        return switch (plan.form()) {
            case PLAIN -> bumps + level * amp * (noise.octaves(x / 140, z / 140, octaves) - 0.5);
            case HILLS ->
                bumps + step(0, 90, far - plan.flat()) * amp * (noise.octaves(x / 170, z / 170, octaves) - 0.42);
            case MOUNTAINS ->
                bumps
                        + level * 6 * (noise.octaves(x / 90, z / 90, Math.max(2, octaves - 3)) - 0.5)
                        + amp * step(110, 620, far) * noise.ridges(x / 420, z / 420, octaves);
            case VALLEY -> {
                double side = Math.abs(x + 25 * Math.sin(z / 130 + noise.at(1, 1) * 6)) - 18;
                double closing = step(420, 800, -z);
                double rise = Math.max(step(12, 330, side), 0.8 * closing);
                yield bumps
                        - 1.6 * (1 - step(0, 26, side)) * step(plan.flat() + 4, plan.flat() + 30, -z)
                        + amp * rise * (0.25 + noise.ridges(x / 360, z / 360, octaves));
            }
            case DUNES -> {
                double along = x * Math.cos(wind) + z * Math.sin(wind);
                double across = -x * Math.sin(wind) + z * Math.cos(wind);
                double big = dune(along / 95 + 1.7 * noise.octaves(x / 160, z / 160, 2) + 0.25 * Math.sin(across / 70));
                double small = dune(along / 31 + 1.3 * noise.octaves(x / 60 + 9, z / 60, 2));
                yield level * amp * (big * noise.octaves(x / 230 + 5, z / 230, 2) * 1.5 + 0.22 * small)
                        + 0.08 * level * (noise.smooth(x / 3, z / 3) - 0.5);
            }
            case LAKE -> {
                double cx = x / 190;
                double cz = (z + 1.3 * plan.flat() + 92) / 92;
                double basin = Math.sqrt(cx * cx + cz * cz) + 0.35 * (noise.octaves(x / 70, z / 70, 3) - 0.5);
                double bowl = 1 - step(0.72, 1.15, basin);
                yield bumps
                        - 7 * bowl
                        + amp * step(190, 640, far) * (0.12 + noise.ridges(x / 400, z / 400, octaves))
                        + level * 2 * (noise.octaves(x / 60, z / 60, 3) - 0.4);
            }
            case COAST -> {
                double out = -z - 16 - plan.flat() + 16 * (noise.octaves(x / 60, 0.5, 3) - 0.5);
                double shore = out > 0 ? -0.06 * out - 0.3 : -0.05 * out;
                double headland =
                        step(120, 300, Math.abs(x)) * step(60, 260, far) * step(-0.05, 0.4, noise.at(4, 4) - 0.35);
                yield bumps * 0.3
                        + Math.clamp(shore, -14, 5)
                        + headland * amp * noise.ridges(x / 300, z / 300, octaves)
                        + step(10, 60, -out) * amp * 0.2 * noise.octaves(x / 80, z / 80, Math.max(2, octaves - 2));
            }
            case CANYON -> {
                double n = noise.octaves(x / 210, z / 210, octaves);
                double mesa = step(0.5, 0.56, n) * 0.6 + step(0.6, 0.64, n) * 0.4;
                yield bumps + step(70, 170, far) * amp * mesa + step(60, 200, far) * 18 * step(0.36, 0.5, n);
            }
        };
    }

    /** One dune after the other: a long rise, a short fall. */
    private static double dune(double phase) {
        double f = phase - Math.floor(phase);
        return f < 0.7 ? step(0, 0.7, f) : 1 - step(0.7, 1, f);
    }

    /** Colour of the ground at a place. */
    void colour(double x, double y, double z, double up, double distance, double[] rgb) {
        double fine = distance < 60 ? detail.smooth(x * 2.3, z * 2.3) * 0.6 + detail.smooth(x * 9, z * 9) * 0.4 : 0.5;
        double patch = detail.octaves(x / 23, z / 23, 4);
        double tone = 0.72 + 0.24 * fine + 0.32 * patch;
        double[] rock = plan.rock();
        double[] grass = plan.grass();
        switch (plan.cover()) {
            case GRASS -> {
                double dry = step(0.5, 0.75, detail.octaves(x / 70 + 3, z / 70, 3));
                double steep = step(0.86, 0.72, up);
                double sand = plan.water() > -1e6 ? step(0.9, 0.25, y - plan.water()) : 0;
                for (int c = 0; c < 3; c++) {
                    double g = grass[c] * (1 + dry * (c == 0 ? 0.7 : c == 1 ? 0.25 : 0.1));
                    double s = SAND[c] * 0.85;
                    g = g + (s - g) * sand * 0.9;
                    rgb[c] = tone * (g + (rock[c] - g) * steep);
                }
                white(x, y, z, up, rgb);
            }
            case STONE -> {
                for (int c = 0; c < 3; c++) {
                    rgb[c] = tone * rock[c];
                }
                white(x, y, z, up, rgb);
            }
            case SNOW -> {
                double bare = step(0.8, 0.62, up + 0.12 * (patch - 0.5));
                for (int c = 0; c < 3; c++) {
                    double snow = SNOW[c] * (0.93 + 0.1 * patch);
                    rgb[c] = snow + (rock[c] * tone - snow) * bare;
                }
            }
            case SAND -> {
                double ripple =
                        distance < 45 ? 0.05 * Math.sin((x * Math.cos(wind) + z * Math.sin(wind)) * 9 + 5 * patch) : 0;
                double wet = plan.water() > -1e6 ? step(0.45, 0.05, y - plan.water()) * 0.4 : 0;
                for (int c = 0; c < 3; c++) {
                    rgb[c] = grass[c] * (0.86 + 0.16 * patch + 0.08 * fine + ripple) * (1 - wet);
                }
            }
            case STRATA -> {
                double layer = 0.75 + 0.35 * detail.smooth(y / 3.1 + patch, 2.5) + 0.12 * Math.sin(y / 1.3);
                double flatShare = step(0.8, 0.95, up);
                for (int c = 0; c < 3; c++) {
                    double s = rock[c] * layer;
                    rgb[c] = tone * (s + (grass[c] - s) * flatShare);
                }
            }
        }
        if (plan.road() > 0 && Math.abs(z) < plan.road() + 0.6) {
            double off = Math.abs(z);
            boolean dash = off < 0.09 && (x / 3 - Math.floor(x / 3)) < 0.5;
            double grey = off > plan.road()
                    ? 0.16
                    : dash || Math.abs(off - plan.road() + 0.25) < 0.08 ? 0.7 : 0.075 + 0.03 * fine;
            rgb[0] = grey;
            rgb[1] = grey;
            rgb[2] = grey * 1.03;
        }
    }

    private static final double[] SAND = {0.62, 0.5, 0.32};
    private static final double[] SNOW = {0.86, 0.89, 0.94};

    private void white(double x, double y, double z, double up, double[] rgb) {
        if (plan.snowLine() == Double.POSITIVE_INFINITY) {
            return;
        }
        double line = plan.snowLine() + 30 * (detail.octaves(x / 50, z / 50, 3) - 0.5);
        double share = step(line - 6, line + 14, y) * step(0.45, 0.62, up);
        for (int c = 0; c < 3; c++) {
            rgb[c] += (SNOW[c] - rgb[c]) * share;
        }
    }
}
