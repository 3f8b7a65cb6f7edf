package dev.suffice.train.scene.trace;

import dev.suffice.train.scene.furniture.Material;
import dev.suffice.train.scene.furniture.Mesh;
import java.util.Arrays;

/**
 * A bounding volume hierarchy over a mesh's triangles, built with the binned surface area heuristic (Wald, "On fast construction of SAH
 * based bounding volume hierarchies", 2007) and walked near child first. Triangles are met from both sides; texels that are cut out of a
 * texture let rays through. Immutable and safe for use by many threads.
 */
public final class Bvh {
    private static final int BINS = 12;
    private static final int LEAF = 4;
    private static final int DEEPEST = 60;

    /** Where a ray met a triangle; reused from ray to ray. */
    public static final class Contact {
        /** Index of the triangle in the mesh, -1 if none was met. */
        public int triangle = -1;
        /** Distance in lengths of the ray's direction. */
        public float t;
        /** Barycentric weight of the second corner. */
        public float u;
        /** Barycentric weight of the third corner. */
        public float v;

        private final int[] stack = new int[DEEPEST + 8];
    }

    private final Mesh mesh;
    private final boolean[] cutout;
    private final int[] order;
    // Per node: 6 bounds; first child or first triangle; number of triangles (0 for an inner node, whose children lie
    // side by side).
    private float[] bounds;
    private int[] first;
    private int[] count;
    private int nodes;
    // Corner a and the two edges per triangle, in leaf order.
    private final float[] triangles;

    /**
     * Builds the hierarchy.
     *
     * @param mesh what rays shall meet; may be empty
     */
    public Bvh(Mesh mesh) {
        this.mesh = mesh;
        int n = mesh.triangles();
        cutout = new boolean[mesh.materials().size()];
        for (int i = 0; i < cutout.length; i++) {
            Material material = mesh.materials().get(i);
            cutout[i] = material.texture().hasCutouts();
        }
        order = new int[n];
        var centres = new float[3 * n];
        var boxes = new float[6 * n];
        float[] p = mesh.positions();
        for (int i = 0; i < n; i++) {
            order[i] = i;
            for (int axis = 0; axis < 3; axis++) {
                float a = p[9 * i + axis];
                float b = p[9 * i + 3 + axis];
                float c = p[9 * i + 6 + axis];
                float low = Math.min(a, Math.min(b, c));
                float high = Math.max(a, Math.max(b, c));
                boxes[6 * i + axis] = low;
                boxes[6 * i + 3 + axis] = high;
                centres[3 * i + axis] = (low + high) / 2;
            }
        }
        bounds = new float[6 * Math.max(1, n)];
        first = new int[Math.max(1, n)];
        count = new int[Math.max(1, n)];
        nodes = 1;
        if (n > 0) {
            split(0, 0, n, centres, boxes, 0);
        }
        triangles = new float[9 * n];
        for (int i = 0; i < n; i++) {
            int t = 9 * order[i];
            for (int axis = 0; axis < 3; axis++) {
                triangles[9 * i + axis] = p[t + axis];
                triangles[9 * i + 3 + axis] = p[t + 3 + axis] - p[t + axis];
                triangles[9 * i + 6 + axis] = p[t + 6 + axis] - p[t + axis];
            }
        }
        bounds = Arrays.copyOf(bounds, 6 * nodes);
        first = Arrays.copyOf(first, nodes);
        count = Arrays.copyOf(count, nodes);
    }

    /** The mesh inside. */
    public Mesh mesh() {
        return mesh;
    }

    private void split(int node, int from, int to, float[] centres, float[] boxes, int depth) {
        float[] box = emptyBox();
        float[] centreBox = emptyBox();
        for (int i = from; i < to; i++) {
            int t = order[i];
            for (int axis = 0; axis < 3; axis++) {
                box[axis] = Math.min(box[axis], boxes[6 * t + axis]);
                box[axis + 3] = Math.max(box[axis + 3], boxes[6 * t + 3 + axis]);
                centreBox[axis] = Math.min(centreBox[axis], centres[3 * t + axis]);
                centreBox[axis + 3] = Math.max(centreBox[axis + 3], centres[3 * t + axis]);
            }
        }
        System.arraycopy(box, 0, bounds, 6 * node, 6);
        int middle = to - from <= LEAF || depth >= DEEPEST ? -1 : partition(from, to, centres, boxes, centreBox);
        if (middle <= from || middle >= to) {
            first[node] = from;
            count[node] = to - from;
            return;
        }
        if (nodes + 2 > first.length) {
            int larger = 2 * first.length + 2;
            bounds = Arrays.copyOf(bounds, 6 * larger);
            first = Arrays.copyOf(first, larger);
            count = Arrays.copyOf(count, larger);
        }
        int left = nodes;
        nodes += 2;
        first[node] = left;
        count[node] = 0;
        split(left, from, middle, centres, boxes, depth + 1);
        split(left + 1, middle, to, centres, boxes, depth + 1);
    }

    private int partition(int from, int to, float[] centres, float[] boxes, float[] centreBox) {
        int bestAxis = -1;
        int bestBin = -1;
        double best = Double.POSITIVE_INFINITY;
        for (int axis = 0; axis < 3; axis++) {
            float low = centreBox[axis];
            float extent = centreBox[axis + 3] - low;
            if (!(extent > 0)) {
                continue;
            }
            var inBin = new int[BINS];
            var binBox = new float[BINS][];
            for (int b = 0; b < BINS; b++) {
                binBox[b] = emptyBox();
            }
            for (int i = from; i < to; i++) {
                int t = order[i];
                int b = Math.min(BINS - 1, (int) (BINS * ((centres[3 * t + axis] - low) / extent)));
                inBin[b]++;
                grow(binBox[b], boxes, 6 * t);
            }
            var rightCost = new double[BINS];
            float[] sweep = emptyBox();
            int n = 0;
            for (int b = BINS - 1; b > 0; b--) {
                grow(sweep, binBox[b], 0);
                n += inBin[b];
                rightCost[b] = n == 0 ? 0 : n * area(sweep);
            }
            sweep = emptyBox();
            n = 0;
            for (int b = 0; b < BINS - 1; b++) {
                grow(sweep, binBox[b], 0);
                n += inBin[b];
                double cost = (n == 0 ? 0 : n * area(sweep)) + rightCost[b + 1];
                if (n > 0 && n < to - from && cost < best) {
                    best = cost;
                    bestAxis = axis;
                    bestBin = b;
                }
            }
        }
        if (bestAxis < 0) {
            return -1;
        }
        float low = centreBox[bestAxis];
        float extent = centreBox[bestAxis + 3] - low;
        int i = from;
        int j = to - 1;
        while (i <= j) {
            int b = Math.min(BINS - 1, (int) (BINS * ((centres[3 * order[i] + bestAxis] - low) / extent)));
            if (b <= bestBin) {
                i++;
            } else {
                int swap = order[i];
                order[i] = order[j];
                order[j--] = swap;
            }
        }
        return i;
    }

    private static float[] emptyBox() {
        return new float[] {
            Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY
        };
    }

    private static void grow(float[] box, float[] by, int at) {
        for (int axis = 0; axis < 3; axis++) {
            box[axis] = Math.min(box[axis], by[at + axis]);
            box[axis + 3] = Math.max(box[axis + 3], by[at + 3 + axis]);
        }
    }

    private static double area(float[] box) {
        double x = box[3] - box[0];
        double y = box[4] - box[1];
        double z = box[5] - box[2];
        return x * y + y * z + z * x;
    }

    /**
     * Finds the nearest triangle along a ray.
     *
     * @param limit how far to look, in lengths of the direction
     * @param anyHit whether any triangle will do, as for shadows
     * @param contact receives what was met
     * @return whether a triangle was met before {@code limit}
     */
    public boolean intersect(
            float ox, float oy, float oz, float dx, float dy, float dz, float limit, boolean anyHit, Contact contact) {
        contact.triangle = -1;
        if (triangles.length == 0) {
            return false;
        }
        float ix = 1 / dx;
        float iy = 1 / dy;
        float iz = 1 / dz;
        contact.t = limit;
        int[] stack = contact.stack;
        int top = 0;
        if (entry(0, ox, oy, oz, ix, iy, iz, limit) == Float.POSITIVE_INFINITY) {
            return false;
        }
        int node = 0;
        while (true) {
            int n = count[node];
            if (n > 0) {
                int start = first[node];
                for (int i = start; i < start + n; i++) {
                    if (meets(i, ox, oy, oz, dx, dy, dz, contact) && anyHit) {
                        return true;
                    }
                }
            } else {
                int left = first[node];
                float tl = entry(left, ox, oy, oz, ix, iy, iz, contact.t);
                float tr = entry(left + 1, ox, oy, oz, ix, iy, iz, contact.t);
                boolean hitLeft = tl != Float.POSITIVE_INFINITY;
                boolean hitRight = tr != Float.POSITIVE_INFINITY;
                if (hitLeft && hitRight) {
                    int near = tl <= tr ? left : left + 1;
                    stack[top++] = 2 * left + 1 - near;
                    node = near;
                    continue;
                }
                if (hitLeft || hitRight) {
                    node = hitLeft ? left : left + 1;
                    continue;
                }
            }
            if (top == 0) {
                return contact.triangle >= 0;
            }
            node = stack[--top];
        }
    }

    /** Distance at which a ray enters a node's box, or infinity. A NaN from 0 times infinity counts as inside. */
    private float entry(int node, float ox, float oy, float oz, float ix, float iy, float iz, float limit) {
        int b = 6 * node;
        float x0 = (bounds[b] - ox) * ix;
        float x1 = (bounds[b + 3] - ox) * ix;
        float y0 = (bounds[b + 1] - oy) * iy;
        float y1 = (bounds[b + 4] - oy) * iy;
        float z0 = (bounds[b + 2] - oz) * iz;
        float z1 = (bounds[b + 5] - oz) * iz;
        float near = 0;
        float far = limit;
        float low = x0 < x1 ? x0 : x1;
        float high = x0 < x1 ? x1 : x0;
        near = low > near ? low : near;
        far = high < far ? high : far;
        low = y0 < y1 ? y0 : y1;
        high = y0 < y1 ? y1 : y0;
        near = low > near ? low : near;
        far = high < far ? high : far;
        low = z0 < z1 ? z0 : z1;
        high = z0 < z1 ? z1 : z0;
        near = low > near ? low : near;
        far = high < far ? high : far;
        return near <= far * 1.0000004f ? near : Float.POSITIVE_INFINITY;
    }

    /** Moller and Trumbore, "Fast, minimum storage ray/triangle intersection", 1997. */
    private boolean meets(int i, float ox, float oy, float oz, float dx, float dy, float dz, Contact contact) {
        int k = 9 * i;
        float e1x = triangles[k + 3];
        float e1y = triangles[k + 4];
        float e1z = triangles[k + 5];
        float e2x = triangles[k + 6];
        float e2y = triangles[k + 7];
        float e2z = triangles[k + 8];
        float px = dy * e2z - dz * e2y;
        float py = dz * e2x - dx * e2z;
        float pz = dx * e2y - dy * e2x;
        float det = e1x * px + e1y * py + e1z * pz;
        if (det == 0) {
            return false;
        }
        float inverse = 1 / det;
        float sx = ox - triangles[k];
        float sy = oy - triangles[k + 1];
        float sz = oz - triangles[k + 2];
        float u = (sx * px + sy * py + sz * pz) * inverse;
        if (!(u >= 0 && u <= 1)) {
            return false;
        }
        float qx = sy * e1z - sz * e1y;
        float qy = sz * e1x - sx * e1z;
        float qz = sx * e1y - sy * e1x;
        float v = (dx * qx + dy * qy + dz * qz) * inverse;
        if (!(v >= 0 && u + v <= 1)) {
            return false;
        }
        float t = (e2x * qx + e2y * qy + e2z * qz) * inverse;
        if (!(t > 1e-4f && t < contact.t)) {
            return false;
        }
        int triangle = order[i];
        int material = mesh.materialOf()[triangle];
        if (cutout[material]) {
            float[] uv = mesh.uvs();
            int w = 6 * triangle;
            float a = 1 - u - v;
            int texel = mesh.materials()
                    .get(material)
                    .texture()
                    .argb(a * uv[w] + u * uv[w + 2] + v * uv[w + 4], a * uv[w + 1] + u * uv[w + 3] + v * uv[w + 5]);
            if ((texel >>> 24) < 128) {
                return false;
            }
        }
        contact.triangle = triangle;
        contact.t = t;
        contact.u = u;
        contact.v = v;
        return true;
    }
}
