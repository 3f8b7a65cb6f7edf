package dev.suffice.train.scene.trace;

import java.util.List;

/** A furnished room, its walls exact planes. */
public final class Room implements World {
    private static final double SKIRTING_HEIGHT = 0.09;
    private static final double FRAME = 0.06;

    private final RoomPlan plan;
    private final List<Placed> things;
    private final Noise noise;
    private final double reach;

    /**
     * Furnishes a room.
     *
     * @param plan the empty room
     * @param things what stands in it
     * @param reach how far nearby surfaces dim the ambient light, metres
     */
    public Room(RoomPlan plan, List<Placed> things, double reach) {
        this.plan = plan;
        this.things = List.copyOf(things);
        this.noise = new Noise(plan.seed());
        this.reach = reach;
    }

    @Override
    public boolean trace(double ox, double oy, double oz, double dx, double dy, double dz, Hit hit) {
        double tx = dx > 0 ? (plan.x1() - ox) / dx : dx < 0 ? (plan.x0() - ox) / dx : Double.POSITIVE_INFINITY;
        double ty = dy > 0 ? (plan.height() - oy) / dy : dy < 0 ? -oy / dy : Double.POSITIVE_INFINITY;
        double tz = dz > 0 ? (plan.z1() - oz) / dz : dz < 0 ? (plan.z0() - oz) / dz : Double.POSITIVE_INFINITY;
        double t = Math.min(tx, Math.min(ty, tz));
        Placed nearest = null;
        double best = t;
        for (Placed thing : things) {
            if (thing.intersect(ox, oy, oz, dx, dy, dz, best, false, hit.contact)) {
                best = hit.contact.t;
                nearest = thing;
                nearest.surface(ox, oy, oz, dx, dy, dz, hit);
            }
        }
        if (nearest != null) {
            return true;
        }
        hit.clear();
        hit.t = t;
        hit.x = ox + t * dx;
        hit.y = oy + t * dy;
        hit.z = oz + t * dz;
        if (t == ty) {
            hit.normal(0, dy > 0 ? -1 : 1, 0);
            if (dy > 0) {
                hit.albedo(plan.ceiling());
            } else {
                floor(hit);
            }
        } else if (t == tx) {
            hit.normal(dx > 0 ? -1 : 1, 0, 0);
            wall(hit, dx > 0 ? 2 : 1, hit.z);
        } else {
            hit.normal(0, 0, dz > 0 ? -1 : 1);
            wall(hit, dz > 0 ? 3 : 0, hit.x);
        }
        return true;
    }

    private void floor(Hit hit) {
        var rug = plan.rug();
        if (rug.halfX() > 0) {
            double a = Math.abs(hit.x - rug.x()) / rug.halfX();
            double b = Math.abs(hit.z - rug.z()) / rug.halfZ();
            double out = rug.round() ? Math.sqrt(a * a + b * b) : Math.max(a, b);
            if (out < 1) {
                double[] c = out > 0.86 && out < 0.95 ? rug.border() : rug.colour();
                double weave = 0.93 + 0.14 * noise.smooth(hit.x * 60, hit.z * 60);
                shade(hit, c, weave);
                return;
            }
        }
        var finish = plan.floor();
        double size = finish.size();
        switch (finish.pattern()) {
            case PLANKS -> {
                int row = (int) Math.floor(hit.x / size);
                double along = hit.z / (size * 9) + noise.at(row, 7);
                int board = (int) Math.floor(along);
                double tone = 0.8 + 0.4 * noise.at(row, board);
                double grain = 0.92 + 0.16 * noise.smooth(hit.x * 40, hit.z * 2.5 + row * 9.1);
                double gap = hit.x / size - row < 0.05 || (along - board) * size * 9 < 0.012 ? 0.6 : 1;
                shade(hit, finish.colour(), tone * grain * gap);
            }
            case TILES, CHECKER -> {
                double u = hit.x / size;
                double v = hit.z / size;
                int i = (int) Math.floor(u);
                int j = (int) Math.floor(v);
                boolean joint = (u - i) * size < 0.012 || (v - j) * size < 0.012;
                boolean other = finish.pattern() == RoomPlan.FloorPattern.CHECKER && ((i + j) & 1) != 0;
                double tone = 0.95 + 0.1 * noise.at(i, j);
                shade(hit, other ? finish.second() : finish.colour(), joint ? 0.65 : tone);
            }
            case CARPET -> shade(hit, finish.colour(), 0.9 + 0.2 * noise.smooth(hit.x * 50, hit.z * 50));
            case CONCRETE -> shade(hit, finish.colour(), 0.85 + 0.3 * noise.octaves(hit.x * 1.5, hit.z * 1.5, 3));
        }
    }

    private void wall(Hit hit, int side, double along) {
        for (var opening : plan.openings()) {
            if (opening.wall() == side && opening(hit, opening, along)) {
                return;
            }
        }
        if (hit.y < SKIRTING_HEIGHT) {
            hit.albedo(plan.skirting());
            return;
        }
        var finish = plan.wall();
        double size = finish.size();
        switch (finish.pattern()) {
            case PAINT -> hit.albedo(finish.colour());
            case STRIPES -> hit.albedo((((int) Math.floor(along / size)) & 1) == 0 ? finish.colour() : finish.second());
            case TILES -> {
                double u = along / size;
                double v = hit.y / size;
                int i = (int) Math.floor(u);
                int j = (int) Math.floor(v);
                boolean joint = (u - i) * size < 0.01 || (v - j) * size < 0.01;
                shade(hit, finish.colour(), joint ? 0.7 : 0.96 + 0.08 * noise.at(i + 100 * side, j));
            }
            case BRICKS -> {
                int course = (int) Math.floor(hit.y / 0.08);
                double u = along / 0.24 + ((course & 1) == 0 ? 0 : 0.5);
                int i = (int) Math.floor(u);
                boolean joint = (u - i) * 0.24 < 0.014 || hit.y / 0.08 - course < 0.16;
                double tone = 0.8 + 0.4 * noise.at(i + 100 * side, course);
                if (joint) {
                    hit.albedo(finish.second());
                } else {
                    shade(hit, finish.colour(), tone);
                }
            }
            case WAINSCOT -> hit.albedo(hit.y < 1 ? finish.second() : finish.colour());
        }
    }

    private boolean opening(Hit hit, RoomPlan.Opening o, double along) {
        double width = o.high() - o.low();
        if (o.kind() == RoomPlan.OpeningKind.WINDOW && o.second().length == 3) {
            double beside = along < o.low() ? o.low() - along : along - o.high();
            if (beside > -0.12
                    && beside < 0.28
                    && hit.y > Math.max(0.05, o.bottom() - 0.25)
                    && hit.y < o.top() + 0.12) {
                double fold = 0.78 + 0.22 * Math.cos(along * 55);
                shade(hit, o.second(), fold);
                return true;
            }
        }
        if (along < o.low() || along > o.high() || hit.y < o.bottom() || hit.y > o.top()) {
            return false;
        }
        double u = along - o.low();
        double v = hit.y - o.bottom();
        double tall = o.top() - o.bottom();
        boolean border = u < FRAME || width - u < FRAME || v < FRAME || tall - v < FRAME;
        switch (o.kind()) {
            case WINDOW -> {
                boolean bar = Math.abs(u - width / 2) < FRAME / 2 || Math.abs(v - tall * 0.6) < FRAME / 3;
                if (border || bar) {
                    hit.albedo(plan.skirting());
                } else {
                    double up = v / tall;
                    double[] sky = plan.light().outdoors();
                    boolean ground = hit.y < 1.15 + 0.12 * noise.smooth(along * 3, 3);
                    hit.red = 0.02;
                    hit.green = 0.02;
                    hit.blue = 0.02;
                    hit.glowRed = ground ? sky[0] * 0.35 : sky[0] * (1.05 - 0.25 * up);
                    hit.glowGreen = ground ? sky[1] * 0.5 : sky[1] * (1.05 - 0.15 * up);
                    hit.glowBlue = ground ? sky[2] * 0.22 : sky[2];
                }
            }
            case DOOR -> {
                double pu = Math.abs(u - width / 2) / (width / 2);
                double pv = v / tall;
                boolean panel = pu > 0.2 && pu < 0.72 && ((pv > 0.08 && pv < 0.44) || (pv > 0.52 && pv < 0.94));
                boolean knob = Math.hypot(u - width * 0.88, v - 1.0) < 0.04;
                if (border && v > FRAME) {
                    hit.albedo(plan.skirting());
                } else if (knob) {
                    hit.albedo(new double[] {0.35, 0.3, 0.15});
                } else {
                    shade(hit, o.colour(), panel ? 0.82 : 1);
                }
            }
            case PICTURE -> {
                if (Math.min(Math.min(u, width - u), Math.min(v, tall - v)) < 0.035) {
                    hit.albedo(new double[] {0.05, 0.035, 0.02});
                } else {
                    double hills = 0.25 * tall + 0.35 * tall * noise.smooth(along * 4 / width, o.wall() + 11);
                    shade(hit, v < hills ? o.second() : o.colour(), 1);
                }
            }
        }
        return true;
    }

    private static void shade(Hit hit, double[] colour, double by) {
        hit.red = Math.min(0.95, colour[0] * by);
        hit.green = Math.min(0.95, colour[1] * by);
        hit.blue = Math.min(0.95, colour[2] * by);
    }

    @Override
    public boolean blocked(
            double ox, double oy, double oz, double dx, double dy, double dz, double limit, Hit scratch) {
        if (limit == reach) {
            // Ambient light is dimmed by walls, floor and ceiling too; the lamp's rays end inside the room.
            double ex = ox + limit * dx;
            double ey = oy + limit * dy;
            double ez = oz + limit * dz;
            if (ey < 0 || ey > plan.height() || ex < plan.x0() || ex > plan.x1() || ez < plan.z0() || ez > plan.z1()) {
                return true;
            }
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
        System.arraycopy(plan.light().outdoors(), 0, rgb, 0, 3);
    }

    @Override
    public void ambient(Hit hit, double[] rgb) {
        double[] around = plan.light().ambient();
        double[] ground = plan.floor().colour();
        double up = 0.5 + 0.5 * hit.ny;
        // A little more from the front keeps faces of one box apart.
        double side = 1 + 0.1 * hit.nx + 0.06 * hit.nz;
        for (int c = 0; c < 3; c++) {
            rgb[c] = around[c] * side * (up * 0.95 + (1 - up) * (0.25 + 0.75 * ground[c]));
        }
    }

    @Override
    public void light(Hit hit, double a, double b, double[] toLight, double[] rgb) {
        var light = plan.light();
        double r = light.radius() * Math.sqrt(a);
        double angle = 2 * Math.PI * b;
        double x = light.x() + r * Math.cos(angle) - hit.x;
        double y = light.y() - hit.y;
        double z = light.z() + r * Math.sin(angle) - hit.z;
        double d2 = x * x + y * y + z * z;
        double d = Math.sqrt(Math.max(1e-6, d2));
        toLight[0] = x / d;
        toLight[1] = y / d;
        toLight[2] = z / d;
        toLight[3] = d - 0.02;
        double cosine = Math.max(0, hit.nx * toLight[0] + hit.ny * toLight[1] + hit.nz * toLight[2]);
        double arriving = cosine / (1 + 0.12 * d2);
        for (int c = 0; c < 3; c++) {
            rgb[c] = light.strength()[c] * arriving;
        }
    }

    @Override
    public void sunshine(Hit hit, double a, double b, Hit scratch, double[] rgb) {
        rgb[0] = 0;
        rgb[1] = 0;
        rgb[2] = 0;
        var light = plan.light();
        double sx = light.sun()[0] + 0.02 * (a - 0.5);
        double sy = light.sun()[1];
        double sz = light.sun()[2] + 0.02 * (b - 0.5);
        if (sy <= 0) {
            return;
        }
        double cosine = hit.nx * sx + hit.ny * sy + hit.nz * sz;
        if (cosine <= 0) {
            return;
        }
        for (var o : plan.openings()) {
            if (o.kind() != RoomPlan.OpeningKind.WINDOW) {
                continue;
            }
            double t = switch (o.wall()) {
                case 0 -> (plan.z0() - hit.z) / sz;
                case 1 -> (plan.x0() - hit.x) / sx;
                case 2 -> (plan.x1() - hit.x) / sx;
                default -> (plan.z1() - hit.z) / sz;
            };
            if (!(t > 1e-3)) {
                continue;
            }
            double along = o.wall() == 0 || o.wall() == 3 ? hit.x + t * sx : hit.z + t * sz;
            double u = along - o.low();
            double v = hit.y + t * sy - o.bottom();
            double width = o.high() - o.low();
            double tall = o.top() - o.bottom();
            boolean glass = u > FRAME
                    && width - u > FRAME
                    && v > FRAME
                    && tall - v > FRAME
                    && Math.abs(u - width / 2) > FRAME / 2;
            if (!glass) {
                continue;
            }
            double off = 2e-3;
            if (!blocked(
                    hit.x + off * hit.nx, hit.y + off * hit.ny, hit.z + off * hit.nz, sx, sy, sz, t - 0.01, scratch)) {
                for (int c = 0; c < 3; c++) {
                    rgb[c] = light.sunlight()[c] * cosine;
                }
            }
            return;
        }
    }

    @Override
    public double reach() {
        return reach;
    }

    @Override
    public void haze(Hit hit, double dx, double dy, double dz, double[] rgb) {
        rgb[0] = 0;
        rgb[1] = 0;
        rgb[2] = 0;
    }
}
