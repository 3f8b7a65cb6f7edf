package dev.suffice.depthfusion.export;

/** The frame of a surface at a sample. */
final class TangentFrame {
    private TangentFrame() {}

    /** The unit normal on the side of the eye; towards the eye where the sample has no area. */
    static void normal(SurfaceSamples.Sample sample, double[] normal) {
        cross(sample.down, sample.right, normal);
        var length = length(normal);
        if (!(length > 1e-12 * length(sample.point) * length(sample.point))) {
            for (int i = 0; i < 3; i++) {
                normal[i] = -sample.point[i];
            }
            length = length(normal);
        }
        for (int i = 0; i < 3; i++) {
            normal[i] /= length;
        }
    }

    static void cross(double[] a, double[] b, double[] result) {
        result[0] = a[1] * b[2] - a[2] * b[1];
        result[1] = a[2] * b[0] - a[0] * b[2];
        result[2] = a[0] * b[1] - a[1] * b[0];
    }

    static double length(double[] a) {
        return Math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]);
    }

    static double dot(double[] a, double[] b) {
        return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    }

    /**
     * The rotation whose columns are three perpendicular unit vectors, as a unit quaternion (Shepperd, 1978).
     *
     * @param q receives w, x, y, z
     */
    static void quaternion(double[] x, double[] y, double[] z, double[] q) {
        var m = new double[][] {{x[0], y[0], z[0]}, {x[1], y[1], z[1]}, {x[2], y[2], z[2]}};
        var trace = m[0][0] + m[1][1] + m[2][2];
        if (trace > 0) {
            var s = 2 * Math.sqrt(1 + trace);
            q[0] = s / 4;
            q[1] = (m[2][1] - m[1][2]) / s;
            q[2] = (m[0][2] - m[2][0]) / s;
            q[3] = (m[1][0] - m[0][1]) / s;
            return;
        }
        var i = m[0][0] >= m[1][1] && m[0][0] >= m[2][2] ? 0 : m[1][1] >= m[2][2] ? 1 : 2;
        var j = (i + 1) % 3;
        var k = (i + 2) % 3;
        var s = 2 * Math.sqrt(Math.max(0, 1 + m[i][i] - m[j][j] - m[k][k]));
        q[0] = (m[k][j] - m[j][k]) / s;
        q[1 + i] = s / 4;
        q[1 + j] = (m[j][i] + m[i][j]) / s;
        q[1 + k] = (m[k][i] + m[i][k]) / s;
    }
}
