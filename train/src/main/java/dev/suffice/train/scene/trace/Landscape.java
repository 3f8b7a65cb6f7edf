package dev.suffice.train.scene.trace;

import java.util.List;

/**
 * An open landscape. The ground is a height field sampled on a polar grid around the camera, fine where the picture is fine: a ray from
 * the camera stays between two spokes of the grid, so that its first meeting is found by bisection over running maxima of the slope.
 * Water mirrors ground and sky along the same spokes.
 */
public final class Landscape implements World {
    private static final double NEAREST = 0.25;
    private static final double FARTHEST = 940;
    private static final int RINGS = 240;
    private static final double SHADOW_RANGE = 220;

    private final LandscapePlan plan;
    private final Ground ground;
    private final Noise noise;
    private final List<Placed> things;
    private final double reach;
    private final double ex;
    private final double ey;
    private final double ez;
    private final double azimuth0;
    private final double azimuthStep;
    private final int spokes;
    private final double[] radius = new double[RINGS];
    private final float[] height;
    private final float[] slopeMax;
    private final float[] sunlit;
    private final float[] gradientX;
    private final float[] gradientZ;
    private final double ringScale = (RINGS - 1) / Math.log(FARTHEST / NEAREST);
    private final double[] colour = new double[3];

    /**
     * Shapes the ground for one camera.
     *
     * @param plan the landscape
     * @param things what stands in it
     * @param eye the camera's place
     * @param azimuthFrom lowest azimuth the camera sees, radians (0 towards -z, positive towards +x)
     * @param azimuthTo highest azimuth the camera sees
     * @param spokes how many directions to sample
     * @param reach how far nearby surfaces dim the ambient light, metres
     */
    public Landscape(
            LandscapePlan plan,
            List<Placed> things,
            double[] eye,
            double azimuthFrom,
            double azimuthTo,
            int spokes,
            double reach) {
        this.plan = plan;
        this.ground = new Ground(plan);
        this.noise = new Noise(plan.seed() + 77);
        this.things = List.copyOf(things);
        this.reach = reach;
        ex = eye[0];
        ey = eye[1];
        ez = eye[2];
        azimuth0 = azimuthFrom;
        this.spokes = spokes;
        azimuthStep = (azimuthTo - azimuthFrom) / (spokes - 1);
        for (int j = 0; j < RINGS; j++) {
            radius[j] = NEAREST * Math.exp(j / ringScale);
        }
        height = new float[spokes * RINGS];
        slopeMax = new float[spokes * RINGS];
        sunlit = new float[spokes * RINGS];
        gradientX = new float[spokes * RINGS];
        gradientZ = new float[spokes * RINGS];
        sample();
        differentiate();
        castShadows();
    }

    private void sample() {
        for (int i = 0; i < spokes; i++) {
            double a = azimuth0 + i * azimuthStep;
            double sin = Math.sin(a);
            double cos = Math.cos(a);
            float steepest = Float.NEGATIVE_INFINITY;
            for (int j = 0; j < RINGS; j++) {
                double r = radius[j];
                int octaves = r < 30 ? 6 : 8;
                double h = ground.height(ex + r * sin, ez - r * cos, octaves);
                height[i * RINGS + j] = (float) h;
                steepest = Math.max(steepest, (float) ((h - ey) / r));
                slopeMax[i * RINGS + j] = steepest;
            }
        }
    }

    /** The ground's gradient at every grid point, from differences along the spoke and across spokes. */
    private void differentiate() {
        for (int i = 0; i < spokes; i++) {
            double a = azimuth0 + i * azimuthStep;
            double sin = Math.sin(a);
            double cos = Math.cos(a);
            int i0 = Math.max(0, i - 1);
            int i1 = Math.min(spokes - 1, i + 1);
            for (int j = 0; j < RINGS; j++) {
                int j0 = Math.max(0, j - 1);
                int j1 = Math.min(RINGS - 1, j + 1);
                double out = (height[i * RINGS + j1] - height[i * RINGS + j0]) / (radius[j1] - radius[j0]);
                double around =
                        (height[i1 * RINGS + j] - height[i0 * RINGS + j]) / ((i1 - i0) * azimuthStep * radius[j]);
                gradientX[i * RINGS + j] = (float) (out * sin + around * cos);
                gradientZ[i * RINGS + j] = (float) (-out * cos + around * sin);
            }
        }
    }

    /** Whether the sun reaches the ground, marched over a coarse part of the grid and interpolated. */
    private void castShadows() {
        double[] sun = plan.sky().toSun();
        int coarse = 4;
        double flat = Math.hypot(sun[0], sun[2]);
        for (int i = 0; i < spokes; i += coarse) {
            double a = azimuth0 + i * azimuthStep;
            for (int j = 0; j < RINGS; j += coarse) {
                double r = radius[j];
                double x = ex + r * Math.sin(a);
                double z = ez - r * Math.cos(a);
                double h = height[i * RINGS + j];
                double seen = 1;
                if (r > 25 && sun[1] < 0.9) {
                    double step = 3 + r * 0.02;
                    for (int k = 0; k < 14 && seen > 0; k++) {
                        double clearance = h
                                + step * sun[1] / Math.max(0.05, flat)
                                + 0.3
                                - ground.height(x + step * sun[0] / flat, z + step * sun[2] / flat, 4);
                        seen = Math.min(seen, Math.clamp(0.5 + clearance / (0.12 * step), 0, 1));
                        step *= 1.45;
                    }
                }
                for (int di = 0; di < coarse && i + di < spokes; di++) {
                    for (int dj = 0; dj < coarse && j + dj < RINGS; dj++) {
                        sunlit[(i + di) * RINGS + j + dj] = (float) seen;
                    }
                }
            }
        }
    }

    /** Height of the ground anywhere. */
    public double groundAt(double x, double z) {
        return ground.height(x, z, 8);
    }

    @Override
    public boolean trace(double ox, double oy, double oz, double dx, double dy, double dz, Hit hit) {
        double best = 1e9;
        boolean met = false;
        double t = meetGround(dx, dy, dz);
        double tWater = Double.POSITIVE_INFINITY;
        if (plan.water() > -1e6 && dy < 0) {
            tWater = (plan.water() - oy) / dy;
            if (tWater * Math.hypot(dx, dz) > FARTHEST) {
                tWater = Double.POSITIVE_INFINITY;
            }
        }
        double surroundings = Math.min(t, tWater);
        best = Math.min(best, surroundings);
        for (Placed thing : things) {
            if (thing.intersect(ox, oy, oz, dx, dy, dz, best, false, hit.contact)) {
                best = hit.contact.t;
                thing.surface(ox, oy, oz, dx, dy, dz, hit);
                met = true;
            }
        }
        if (met) {
            hit.haze = hazeAt(best);
            return true;
        }
        if (surroundings == Double.POSITIVE_INFINITY) {
            return false;
        }
        hit.clear();
        hit.t = surroundings;
        hit.x = ox + dx * surroundings;
        hit.y = oy + dy * surroundings;
        hit.z = oz + dz * surroundings;
        hit.haze = hazeAt(surroundings);
        if (tWater < t) {
            water(dx, dy, dz, hit);
        } else {
            land(dx, dz, hit);
        }
        return true;
    }

    private double hazeAt(double distance) {
        return 1 - Math.exp(-distance / plan.sky().haze());
    }

    private double column(double dx, double dz) {
        double a = Math.atan2(dx, -dz);
        double c = (a - azimuth0) / azimuthStep;
        double turn = 2 * Math.PI / azimuthStep;
        if (c < 0 && c + turn <= spokes - 1 + 1e-9) {
            c += turn;
        } else if (c > spokes - 1 && c - turn >= 0) {
            c -= turn;
        }
        return Math.clamp(c, 0, spokes - 1.001);
    }

    private static double mix(float[] values, int at, double f) {
        return values[at] + (values[at + RINGS] - values[at]) * f;
    }

    /** Distance to the ground from the camera, or infinity. */
    private double meetGround(double dx, double dy, double dz) {
        double flat = Math.hypot(dx, dz);
        if (flat < 1e-6) {
            return dy < 0 ? ey - ground.height(ex, ez, 8) : Double.POSITIVE_INFINITY;
        }
        double slope = dy / flat;
        double c = column(dx, dz);
        int i = (int) c;
        double f = c - i;
        int j = Math.min(first(i, slope), first(i + 1, slope));
        int at = i * RINGS;
        while (j < RINGS && mix(height, at + j, f) <= ey + slope * radius[j]) {
            j++;
        }
        if (j >= RINGS) {
            return Double.POSITIVE_INFINITY;
        }
        if (j == 0) {
            double drop = ey - mix(height, at, f);
            return drop > 0 && slope < 0 ? drop / -dy : NEAREST / flat;
        }
        double before = ey + slope * radius[j - 1] - mix(height, at + j - 1, f);
        double after = ey + slope * radius[j] - mix(height, at + j, f);
        double share = before / (before - after);
        return (radius[j - 1] + share * (radius[j] - radius[j - 1])) / flat;
    }

    private int first(int spoke, double slope) {
        int from = spoke * RINGS;
        int low = 0;
        int high = RINGS;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (slopeMax[from + middle] > slope) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private void land(double dx, double dz, Hit hit) {
        double c = column(dx, dz);
        int i = (int) c;
        double r = Math.max(NEAREST, Math.hypot(hit.x - ex, hit.z - ez));
        double ring = Math.clamp(Math.log(r / NEAREST) * ringScale, 0, RINGS - 1.001);
        int j = (int) ring;
        double f = c - i;
        double g = ring - j;
        int at = i * RINGS + j;
        double nx = -(mix(gradientX, at, f) * (1 - g) + mix(gradientX, at + 1, f) * g);
        double nz = -(mix(gradientZ, at, f) * (1 - g) + mix(gradientZ, at + 1, f) * g);
        double length = Math.sqrt(nx * nx + 1 + nz * nz);
        hit.normal(nx / length, 1 / length, nz / length);
        ground.colour(hit.x, hit.y, hit.z, hit.ny, hit.t, colour);
        hit.albedo(colour);
        hit.lit = mix(sunlit, at, f) * (1 - g) + mix(sunlit, at + 1, f) * g;
    }

    private void water(double dx, double dy, double dz, Hit hit) {
        double calm = Math.min(1, 18 / hit.t);
        double wave = (noise.octaves(hit.x * 0.9, hit.z * 0.9 + 40, 3) - 0.5) * 0.05 * calm
                + (noise.octaves(hit.x * 0.07, hit.z * 0.25, 3) - 0.5) * 0.02;
        double flat = Math.hypot(dx, dz);
        double slope = Math.max(0.004, -dy / flat + wave);
        double c = column(dx, dz);
        int i = (int) c;
        double f = c - i;
        double r0 = Math.hypot(hit.x - ex, hit.z - ez);
        int j = (int) Math.ceil(Math.clamp(Math.log(Math.max(NEAREST, r0) / NEAREST) * ringScale, 0, RINGS - 1.0));
        int at = i * RINGS;
        boolean shore = false;
        for (; j < RINGS; j++) {
            if (mix(height, at + j, f) > plan.water() + slope * (radius[j] - r0)) {
                shore = true;
                break;
            }
        }
        var mirrored = new double[3];
        if (shore) {
            double r = radius[j];
            double x = ex + r * dx / flat;
            double z = ez + r * dz / flat;
            double y = mix(height, at + j, f);
            ground.colour(x, y, z, 0.85, r, mirrored);
            double[] sun = plan.sky().sunlight();
            double[] around = plan.sky().ambient();
            double lit =
                    0.6 * mix(sunlit, at + j, f) * Math.max(0.15, plan.sky().toSun()[1]);
            for (int k = 0; k < 3; k++) {
                mirrored[k] *= around[k] + sun[k] * lit;
            }
            double haze = hazeAt(r);
            double[] horizon = plan.sky().horizon();
            for (int k = 0; k < 3; k++) {
                mirrored[k] += (horizon[k] - mirrored[k]) * haze;
            }
        } else {
            double up = slope / Math.sqrt(1 + slope * slope);
            double level = Math.sqrt(1 - up * up) / flat;
            sky(dx * level, up, dz * level, mirrored);
        }
        // Schlick's approximation for water, a little stronger so that lakes read as mirrors.
        double cosine = Math.abs(dy);
        double fresnel = 0.08 + 0.9 * Math.pow(1 - cosine, 4);
        double light = 0.4 + 0.6 * Math.max(0.1, plan.sky().toSun()[1]);
        double[] around = plan.sky().ambient();
        double shallow = Math.clamp(1 - (plan.water() - ground.height(hit.x, hit.z, 4)) / 2.2, 0, 1);
        for (int k = 0; k < 3; k++) {
            double body = around[k] * light * (DEEP[k] + (SHALLOW[k] - DEEP[k]) * shallow);
            double value = body + (mirrored[k] - body) * fresnel;
            switch (k) {
                case 0 -> hit.glowRed = value;
                case 1 -> hit.glowGreen = value;
                default -> hit.glowBlue = value;
            }
        }
        hit.red = 0;
        hit.green = 0;
        hit.blue = 0;
        hit.normal(0, 1, 0);
    }

    private static final double[] DEEP = {0.02, 0.1, 0.16};
    private static final double[] SHALLOW = {0.16, 0.36, 0.36};

    @Override
    public boolean blocked(
            double ox, double oy, double oz, double dx, double dy, double dz, double limit, Hit scratch) {
        double away = Math.abs(ox - ex) + Math.abs(oz - ez);
        if (away > SHADOW_RANGE) {
            return false;
        }
        if (limit == reach && oy + limit * dy < -0.02 && Math.hypot(ox, oz) < plan.flat()) {
            return true;
        }
        for (Placed thing : things) {
            if (thing.intersect(ox, oy, oz, dx, dy, dz, limit, true, scratch.contact)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void sky(double dx, double dy, double dz, double[] rgb) {
        var s = plan.sky();
        double up = Math.max(0, dy);
        double rise = Math.pow(up, 0.55);
        double towards = Math.max(0, dx * s.toSun()[0] + dy * s.toSun()[1] + dz * s.toSun()[2]);
        double halo = Math.pow(towards, 6) * 0.5 * (1 - 0.6 * rise) + Math.pow(towards, 60) * 0.5;
        for (int k = 0; k < 3; k++) {
            rgb[k] = s.horizon()[k] + (s.zenith()[k] - s.horizon()[k]) * rise;
            rgb[k] += (s.glow()[k] - rgb[k]) * Math.min(0.9, halo);
        }
        if (s.stars() && dy > 0.02) {
            double u = Math.atan2(dx, -dz) * 90;
            double v = Math.asin(dy) * 90;
            int iu = (int) Math.floor(u);
            int iv = (int) Math.floor(v);
            if (noise.at(iu + 999, iv) > 0.985) {
                double b = 0.5 * noise.at(iu, iv + 333);
                for (int k = 0; k < 3; k++) {
                    rgb[k] += b;
                }
            }
        }
        if (s.disc() > 0) {
            double edge = Math.cos(0.028 * s.disc());
            double inDisc = Math.clamp((towards - edge) / (1 - edge) * 3, 0, 1);
            for (int k = 0; k < 3; k++) {
                rgb[k] += (Math.min(1.4, s.glow()[k] * 1.5 + 0.25) - rgb[k]) * inDisc;
            }
        }
        if (s.cover() > 0 && dy > 0.005) {
            double scale = 1.1 / (dy + 0.12);
            double n = noise.octaves(dx * scale * 1.4 + 7, dz * scale * 1.4, 5);
            double from = 0.74 - 0.46 * s.cover();
            double share = Math.clamp((n - from) / 0.17, 0, 1) * Math.clamp(dy * 9, 0, 1);
            double shade = 1 - 0.28 * Math.clamp((n - from - 0.08) / 0.2, 0, 1);
            for (int k = 0; k < 3; k++) {
                double c = (s.cloud()[k] + (s.glow()[k] - s.cloud()[k]) * 0.5 * Math.pow(towards, 4)) * shade;
                rgb[k] += (c - rgb[k]) * share * 0.92;
            }
        }
    }

    @Override
    public void ambient(Hit hit, double[] rgb) {
        double[] around = plan.sky().ambient();
        double up = 0.55 + 0.45 * hit.ny;
        for (int k = 0; k < 3; k++) {
            rgb[k] = around[k] * up;
        }
    }

    @Override
    public void light(Hit hit, double a, double b, double[] toLight, double[] rgb) {
        var s = plan.sky();
        double x = s.toSun()[0] + 0.05 * (a - 0.5);
        double y = s.toSun()[1] + 0.03 * (b - 0.5);
        double z = s.toSun()[2] + 0.05 * (b - 0.5);
        double length = Math.sqrt(x * x + y * y + z * z);
        toLight[0] = x / length;
        toLight[1] = Math.max(0.02, y / length);
        toLight[2] = z / length;
        toLight[3] = 70;
        double cosine = Math.max(0, hit.nx * toLight[0] + hit.ny * toLight[1] + hit.nz * toLight[2]);
        for (int k = 0; k < 3; k++) {
            rgb[k] = s.sunlight()[k] * cosine * hit.lit;
        }
    }

    @Override
    public void sunshine(Hit hit, double a, double b, Hit scratch, double[] rgb) {
        rgb[0] = 0;
        rgb[1] = 0;
        rgb[2] = 0;
    }

    @Override
    public double reach() {
        return reach;
    }

    @Override
    public void haze(Hit hit, double dx, double dy, double dz, double[] rgb) {
        sky(dx, 0.02, dz, rgb);
    }
}
