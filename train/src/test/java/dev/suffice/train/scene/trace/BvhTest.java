package dev.suffice.train.scene.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.train.scene.furniture.Material;
import dev.suffice.train.scene.furniture.Mesh;
import dev.suffice.train.scene.furniture.Texture;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BvhTest {
    @Test
    void findsWhatLookingAtEveryTriangleFinds() {
        var random = new SplittableRandom(5);
        for (int triangles : new int[] {1, 4, 5, 64, 1500}) {
            var positions = new float[9 * triangles];
            for (int i = 0; i < triangles; i++) {
                float[] centre = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
                for (int k = 0; k < 9; k++) {
                    positions[9 * i + k] = centre[k % 3] + 0.25f * (random.nextFloat() - 0.5f);
                }
            }
            Mesh mesh = mesh(positions, Texture.white());
            var bvh = new Bvh(mesh);
            var contact = new Bvh.Contact();
            int met = 0;
            int disagreements = 0;
            for (int ray = 0; ray < 1500; ray++) {
                double[] o = {3 * random.nextDouble() - 1, 3 * random.nextDouble() - 1, 3 * random.nextDouble() - 1};
                double[] to = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
                double[] d = {to[0] - o[0], to[1] - o[1], to[2] - o[2]};
                if (ray % 7 == 0) {
                    d[ray % 3] = 0;
                }
                double nearest = Double.POSITIVE_INFINITY;
                for (int i = 0; i < triangles; i++) {
                    nearest = Math.min(nearest, byPlane(positions, 9 * i, o, d));
                }
                boolean found = bvh.intersect(
                        (float) o[0],
                        (float) o[1],
                        (float) o[2],
                        (float) d[0],
                        (float) d[1],
                        (float) d[2],
                        100,
                        false,
                        contact);
                if (found && nearest < 100) {
                    met++;
                    assertThat((double) contact.t).isCloseTo(nearest, within(2e-3));
                } else if (found != nearest < 100) {
                    disagreements++;
                }
                assertThat(bvh.intersect(
                                (float) o[0],
                                (float) o[1],
                                (float) o[2],
                                (float) d[0],
                                (float) d[1],
                                (float) d[2],
                                100,
                                true,
                                contact))
                        .isEqualTo(found);
                if (found && nearest < 100) {
                    assertThat(bvh.intersect(
                                    (float) o[0],
                                    (float) o[1],
                                    (float) o[2],
                                    (float) d[0],
                                    (float) d[1],
                                    (float) d[2],
                                    (float) (nearest * 0.99),
                                    false,
                                    contact))
                            .isFalse();
                }
            }
            assertThat(met).isGreaterThan(triangles > 60 ? 200 : 0);
            // Only rays through the very edges may go either way.
            assertThat(disagreements).isLessThan(4);
        }
    }

    /** The second implementation: meet the plane, then check that the point is on the same side of all edges. */
    private static double byPlane(float[] p, int at, double[] o, double[] d) {
        double[] a = {p[at], p[at + 1], p[at + 2]};
        double[] b = {p[at + 3], p[at + 4], p[at + 5]};
        double[] c = {p[at + 6], p[at + 7], p[at + 8]};
        double[] n = cross(minus(b, a), minus(c, a));
        double t = dot(n, minus(a, o)) / dot(n, d);
        if (!(t > 1e-4)) {
            return Double.POSITIVE_INFINITY;
        }
        double[] q = {o[0] + t * d[0], o[1] + t * d[1], o[2] + t * d[2]};
        boolean inside = dot(n, cross(minus(b, a), minus(q, a))) >= 0
                && dot(n, cross(minus(c, b), minus(q, b))) >= 0
                && dot(n, cross(minus(a, c), minus(q, c))) >= 0;
        return inside ? t : Double.POSITIVE_INFINITY;
    }

    private static double[] minus(double[] a, double[] b) {
        return new double[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    }

    private static double[] cross(double[] a, double[] b) {
        return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }

    private static double dot(double[] a, double[] b) {
        return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    }

    @Test
    void letsRaysThroughHolesInTextures() {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0xffffffff);
        float[] square = {0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0};
        Mesh plain = mesh(square, Texture.of(image));
        float[] uvs = {0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1};
        var bvh = new Bvh(new Mesh(plain.positions(), plain.normals(), uvs, plain.materialOf(), plain.materials()));
        var contact = new Bvh.Contact();
        assertThat(bvh.intersect(0.25f, 0.6f, 1, 0, 0, -1, 9, false, contact)).isTrue();
        assertThat(contact.t).isEqualTo(1);
        assertThat(bvh.intersect(0.75f, 0.6f, 1, 0, 0, -1, 9, false, contact)).isFalse();
    }

    @Test
    void hasNothingToMeetInAnEmptyMesh() {
        assertThat(new Bvh(mesh(new float[0], Texture.white()))
                        .intersect(0, 0, 0, 1, 0, 0, 9, false, new Bvh.Contact()))
                .isFalse();
    }

    @Test
    void splitsManyTrianglesInOnePlace() {
        var positions = new float[9 * 300];
        for (int i = 0; i < 300; i++) {
            System.arraycopy(new float[] {0, 0, 0, 1, 0, 0, 0, 1, 0}, 0, positions, 9 * i, 9);
        }
        assertThat(new Bvh(mesh(positions, Texture.white()))
                        .intersect(0.2f, 0.2f, 5, 0, 0, -1, 9, false, new Bvh.Contact()))
                .isTrue();
    }

    static Mesh mesh(float[] positions, Texture texture) {
        int n = positions.length / 9;
        var normals = new float[9 * n];
        for (int i = 2; i < 9 * n; i += 3) {
            normals[i] = 1;
        }
        return new Mesh(
                positions, normals, new float[6 * n], new int[n], List.of(new Material("m", 1, 1, 1, 1, texture)));
    }
}
