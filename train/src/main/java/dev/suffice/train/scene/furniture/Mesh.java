package dev.suffice.train.scene.furniture;

import java.util.List;
import java.util.Objects;

/**
 * Triangles with everything a renderer asks of them, each triangle with its own copies of its corners.
 *
 * @param positions 9 numbers per triangle, metres after {@link #placed}, the file's units before
 * @param normals 9 numbers per triangle, unit length
 * @param uvs 6 numbers per triangle
 * @param materialOf index into {@code materials} per triangle
 * @param materials the materials used
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record Mesh(float[] positions, float[] normals, float[] uvs, int[] materialOf, List<Material> materials) {
    public Mesh {
        Objects.requireNonNull(positions, "positions");
        int n = materialOf.length;
        if (positions.length != 9 * n || normals.length != 9 * n || uvs.length != 6 * n) {
            throw new IllegalArgumentException(
                    "mesh of " + n + " triangles: has " + positions.length + " position numbers, "
                            + normals.length + " normal numbers and " + uvs.length + " texture numbers, expected "
                            + 9 * n + ", " + 9 * n
                            + " and " + 6 * n);
        }
        materials = List.copyOf(materials);
    }

    /** How many triangles. */
    public int triangles() {
        return materialOf.length;
    }

    /** Lowest x, y, z and highest x, y, z over all corners. */
    public float[] bounds() {
        float[] b = {
            Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY
        };
        for (int i = 0; i < positions.length; i++) {
            int axis = i % 3;
            b[axis] = Math.min(b[axis], positions[i]);
            b[axis + 3] = Math.max(b[axis + 3], positions[i]);
        }
        return b;
    }

    /**
     * The mesh turned by a catalogue's rotation, then stretched so that its bounding box measures exactly {@code width x height x depth},
     * standing on y = 0 with its centre over the origin. This is how the catalogue's sizes are meant.
     *
     * @param rotation row-major 3x3 matrix
     * @param width size along x
     * @param height size along y
     * @param depth size along z
     */
    public Mesh placed(double[] rotation, double width, double height, double depth) {
        var turned = new float[positions.length];
        var turnedNormals = new float[normals.length];
        for (int i = 0; i < positions.length; i += 3) {
            for (int row = 0; row < 3; row++) {
                double x = rotation[3 * row];
                double y = rotation[3 * row + 1];
                double z = rotation[3 * row + 2];
                turned[i + row] = (float) (x * positions[i] + y * positions[i + 1] + z * positions[i + 2]);
                turnedNormals[i + row] = (float) (x * normals[i] + y * normals[i + 1] + z * normals[i + 2]);
            }
        }
        float[] b = new Mesh(turned, turnedNormals, uvs, materialOf, materials).bounds();
        double[] size = {width, height, depth};
        double[] scale = new double[3];
        double[] shift = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            double extent = b[axis + 3] - b[axis];
            scale[axis] = extent > 1e-9 ? size[axis] / extent : 1;
            shift[axis] = axis == 1 ? b[1] : (b[axis] + b[axis + 3]) / 2;
        }
        for (int i = 0; i < turned.length; i += 3) {
            double length = 0;
            for (int axis = 0; axis < 3; axis++) {
                turned[i + axis] = (float) ((turned[i + axis] - shift[axis]) * scale[axis]);
                turnedNormals[i + axis] = (float) (turnedNormals[i + axis] / scale[axis]);
                length += turnedNormals[i + axis] * turnedNormals[i + axis];
            }
            float inverse = (float) (1 / Math.max(1e-20, Math.sqrt(length)));
            for (int axis = 0; axis < 3; axis++) {
                turnedNormals[i + axis] *= inverse;
            }
        }
        return new Mesh(turned, turnedNormals, uvs, materialOf, materials);
    }
}
