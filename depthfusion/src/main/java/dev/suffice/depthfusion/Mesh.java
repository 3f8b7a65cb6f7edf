package dev.suffice.depthfusion;

/**
 * Triangles.
 *
 * @param positions x, y, z of each vertex in metres: the eye at the origin, y up, the middle of the picture along -z
 * @param uv texture coordinates of each vertex, from the upper left corner (0, 0); u may lie a little above 1 or below 0 where
 *     a panorama wraps
 * @param indices three vertices a triangle, counter-clockwise as seen from the eye
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Mesh(float[] positions, float[] uv, int[] indices) {
    /** Checks the lengths. */
    public Mesh {
        if (positions.length % 3 != 0 || uv.length / 2 != positions.length / 3 || indices.length % 3 != 0) {
            throw new IllegalArgumentException("%d coordinates, %d texture coordinates, %d indices: do not fit"
                    .formatted(positions.length, uv.length, indices.length));
        }
    }

    /** How many vertices. */
    public int vertices() {
        return positions.length / 3;
    }

    /** How many triangles. */
    public int triangles() {
        return indices.length / 3;
    }
}
