package dev.suffice.train.scene.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.train.scene.furniture.Texture;
import dev.suffice.train.scene.trace.LandscapePlan.Cover;
import dev.suffice.train.scene.trace.LandscapePlan.Form;
import dev.suffice.train.scene.trace.LandscapePlan.SkyPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Depth maps against closed forms. */
class DepthTest {
    private static final double[] GREY = {0.5, 0.5, 0.5};

    @Test
    void wallIsAsFarAsItIsEverywhere() {
        var room = new Room(plan(-30, 30, -4, 9, 30), List.of(), 0.5);
        var camera = PinholeCamera.lookingAt(new double[] {0, 15, 1}, new double[] {0, 15, -4}, 1, 1);
        RenderedImage image = new Renderer().render(room, camera, 32, 32, 1);
        for (float depth : image.depth()) {
            assertThat(depth).isCloseTo(5, within(1e-5f));
        }
    }

    @Test
    void panoramaSeesDistancesToWallsFloorAndCeiling() {
        var room = new Room(plan(-2, 3, -4, 5, 2.6), List.of(), 0.5);
        var eye = new double[] {0.3, 1.4, -0.2};
        RenderedImage image = new Renderer().render(room, new PanoramaCamera(eye, 0.7), 64, 32, 1);
        for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 64; x++) {
                double longitude = 2 * Math.PI * ((x + 0.5) / 64 - 0.5) + 0.7;
                double latitude = Math.PI * (0.5 - (y + 0.5) / 32);
                double flat = Math.cos(latitude);
                double dx = flat * Math.sin(longitude);
                double dz = -flat * Math.cos(longitude);
                double dy = Math.sin(latitude);
                double expected = Math.min(
                        Math.max((3 - 0.3) / dx, (-2 - 0.3) / dx),
                        Math.min(Math.max((2.6 - 1.4) / dy, -1.4 / dy), Math.max((5 + 0.2) / dz, (-4 + 0.2) / dz)));
                assertThat((double) image.depth()[64 * y + x]).isCloseTo(expected, within(1e-5 * expected));
            }
        }
    }

    @Test
    void sphereIsRoundInDepthAndMask() {
        int rings = 256;
        var triangles = new float[9 * 2 * rings * rings];
        int at = 0;
        for (int i = 0; i < rings; i++) {
            for (int j = 0; j < rings; j++) {
                float[][] q = {
                    corner(i, j, rings), corner(i + 1, j, rings), corner(i + 1, j + 1, rings), corner(i, j + 1, rings)
                };
                for (int k : new int[] {0, 1, 2, 0, 2, 3}) {
                    System.arraycopy(q[k], 0, triangles, at, 3);
                    at += 3;
                }
            }
        }
        var ball = new Placed(new Model(BvhTest.mesh(triangles, Texture.white())), 0.4, 0.2, -1, 0.8, 0.5, 3);
        var room = new Room(plan(-9, 9, -9, 9, 9), List.of(ball), 0.5);
        var camera = PinholeCamera.lookingAt(new double[] {0, 0.7, 3}, new double[] {0, 0.7, -1}, 0.6, 1);
        RenderedImage image = new Renderer().render(room, camera, 48, 48, 1);
        int met = 0;
        var d = new double[3];
        for (int p = 0; p < 48 * 48; p++) {
            camera.direction((p % 48 + 0.5) / 48, (Math.floorDiv(p, 48) + 0.5) / 48, d);
            // The unit sphere stands on y = 0, so its middle is one radius up.
            double ox = -0.4;
            double oy = 0.7 - (0.2 + 0.5);
            double oz = 4;
            double b = ox * d[0] + oy * d[1] + oz * d[2];
            double inside = b * b - (ox * ox + oy * oy + oz * oz - 0.25);
            if (inside > 0.01) {
                double expected = (-b - Math.sqrt(inside)) * -d[2];
                assertThat((double) image.depth()[p]).isCloseTo(expected, within(1e-3));
                assertThat(image.mask()[p]).isEqualTo((byte) 3);
                met++;
            } else if (inside < -0.01) {
                assertThat(image.mask()[p]).isZero();
            }
        }
        assertThat(met).isGreaterThan(100);
    }

    private static float[] corner(int i, int j, int rings) {
        double polar = Math.PI * i / rings;
        double around = 2 * Math.PI * j / rings;
        return new float[] {
            (float) (Math.sin(polar) * Math.cos(around)),
            (float) (1 + Math.cos(polar)),
            (float) (Math.sin(polar) * Math.sin(around))
        };
    }

    @Test
    void levelGroundAndWaterFollowTheHorizon() {
        for (boolean water : new boolean[] {false, true}) {
            double level = water ? 0.5 : 0;
            // The ground is exactly level within the flat radius.
            var plan = landscape(Form.PLAIN, water ? level : Double.NEGATIVE_INFINITY, 90);
            double[] eye = {0, 2, 0};
            var camera = PinholeCamera.lookingAt(eye, new double[] {0, 1.4, -2}, 0.9, 1);
            var world = new Landscape(plan, List.of(), eye, -0.8, 0.8, 240, 0.5);
            RenderedImage image = new Renderer().render(world, camera, 40, 40, 1);
            var d = new double[3];
            int met = 0;
            for (int p = 0; p < 1600; p++) {
                camera.direction((p % 40 + 0.5) / 40, (Math.floorDiv(p, 40) + 0.5) / 40, d);
                double t = (level - 2) / d[1];
                if (d[1] < 0 && t * Math.hypot(d[0], d[2]) < 88) {
                    double expected = camera.depth(t, d);
                    assertThat((double) image.depth()[p]).isCloseTo(expected, within(1e-4 * expected));
                    met++;
                } else if (d[1] > 0.3) {
                    assertThat(image.depth()[p]).isEqualTo(Renderer.SKY_DEPTH);
                }
            }
            assertThat(met).isGreaterThan(500);
        }
    }

    @Test
    void hillsLieWhereTheirHeightIs() {
        var plan = landscape(Form.HILLS, Double.NEGATIVE_INFINITY, 5);
        double[] eye = {0, 3, 0};
        var camera = PinholeCamera.lookingAt(eye, new double[] {0, 3, -2}, 1, 1);
        var world = new Landscape(plan, List.of(), eye, -0.8, 0.8, 240, 0.5);
        RenderedImage image = new Renderer().render(world, camera, 40, 40, 1);
        var d = new double[3];
        int met = 0;
        for (int p = 0; p < 1600; p++) {
            double depth = image.depth()[p];
            if (depth > 400) {
                continue;
            }
            camera.direction((p % 40 + 0.5) / 40, (Math.floorDiv(p, 40) + 0.5) / 40, d);
            double t = depth / camera.depth(1, d);
            double ground = world.groundAt(t * d[0], t * d[2]);
            // The height field is a polygon between samples that lie 3.5% of the distance apart.
            assertThat(3 + t * d[1]).isCloseTo(ground, within(0.05 + 0.012 * depth));
            met++;
        }
        assertThat(met).isGreaterThan(300);
    }

    @Test
    void panoramaClosesAtItsSeam() {
        double[] eye = {0, 2, 0};
        var world = new Landscape(
                landscape(Form.DUNES, Double.NEGATIVE_INFINITY, 3), List.of(), eye, -Math.PI, Math.PI, 513, 0.5);
        RenderedImage image = new Renderer().render(world, new PanoramaCamera(eye, 0.4), 128, 64, 1);
        for (int y = 36; y < 64; y++) {
            double across = Math.abs(image.depth()[128 * y] - image.depth()[128 * y + 127]);
            double inside = 0;
            for (int x = 1; x < 128; x++) {
                inside = Math.max(inside, Math.abs(image.depth()[128 * y + x] - image.depth()[128 * y + x - 1]));
            }
            assertThat(across).isLessThanOrEqualTo(inside);
        }
    }

    private static LandscapePlan landscape(Form form, double water, double flat) {
        var sky = new SkyPlan(GREY, GREY, GREY, GREY, 0.4, new double[] {0.6, 0.8, 0}, 1, GREY, GREY, 1000, false);
        return new LandscapePlan(form, Cover.GRASS, 30, Double.POSITIVE_INFINITY, water, flat, 0, GREY, GREY, sky, 5);
    }

    private static RoomPlan plan(double x0, double x1, double z0, double z1, double height) {
        return new RoomPlan(
                x0,
                x1,
                z0,
                z1,
                height,
                new RoomPlan.WallFinish(RoomPlan.WallPattern.PAINT, GREY, GREY, 1),
                new RoomPlan.FloorFinish(RoomPlan.FloorPattern.PLANKS, GREY, GREY, 0.1),
                GREY,
                GREY,
                new RoomPlan.Rug(0, 0, 0, 0, false, GREY, GREY),
                List.of(),
                new RoomPlan.RoomLight(0, height - 0.1, 0, 0.3, GREY, GREY, GREY, new double[3], GREY),
                1);
    }
}
