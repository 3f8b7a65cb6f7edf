package dev.suffice.depthfusion.layer;

import dev.suffice.depthfusion.Mesh;
import java.util.Arrays;

/**
 * Triangles of one layer. Vertices lie on the corners of samples; their depth is the mean of the samples around that belong to the
 * same surface. A corner where surfaces are torn apart is a vertex for each of them. Where visible surface and hidden surface meet,
 * and where foreground meets background without an edge, both use the very same positions.
 */
final class LayerMesher {
    private final DepthGrid grid;
    private final Tears tears;
    private final byte[] kinds;
    private final HiddenSurface hidden;
    private final CellPartition cells;
    private final boolean background;

    private final CornerIndex index = new CornerIndex();
    private float[] positions = new float[3 * 4096];
    private float[] uv = new float[2 * 4096];
    private float[] inverses = new float[4096];
    private int vertices;
    private int[] indices = new int[6 * 4096];
    private int count;

    private final double[] point = new double[3];
    private final int[] around = new int[4];
    private final int[] surface = new int[4];
    private int[] outline = new int[16];
    private int corners;

    private LayerMesher(
            DepthGrid grid, Tears tears, byte[] kinds, HiddenSurface hidden, CellPartition cells, boolean background) {
        this.grid = grid;
        this.tears = tears;
        this.kinds = kinds;
        this.hidden = hidden;
        this.cells = cells;
        this.background = background;
    }

    static Mesh background(DepthGrid grid, Tears tears, byte[] kinds, HiddenSurface hidden, CellPartition cells) {
        return new LayerMesher(grid, tears, kinds, hidden, cells, true).mesh();
    }

    static Mesh foreground(DepthGrid grid, Tears tears, byte[] kinds, HiddenSurface hidden, CellPartition cells) {
        return new LayerMesher(grid, tears, kinds, hidden, cells, false).mesh();
    }

    private Mesh mesh() {
        for (int cell = 0; cell < cells.size(); cell++) {
            var kind = cells.kind(cell);
            if (background ? kind != Occlusion.FOREGROUND : kind != Occlusion.BACKGROUND) {
                triangulate(cell);
            }
        }
        if (background) {
            new Backstop(grid, kinds, hidden).triangles(this::add, this::triangle);
        }
        return new Mesh(
                Arrays.copyOf(positions, 3 * vertices), Arrays.copyOf(uv, 2 * vertices), Arrays.copyOf(indices, count));
    }

    private void triangulate(int cell) {
        var left = cells.x(cell);
        var top = cells.y(cell);
        var right = left + cells.width(cell);
        var bottom = top + cells.height(cell);
        var northPole = grid.wraps && top == 0;
        var southPole = grid.wraps && bottom == grid.height;
        corners = 0;
        if (northPole) {
            push(pole(left, right, 0));
        } else {
            push(vertex(left, top, left, top));
        }
        for (int y = top + 1; y < bottom; y++) {
            if (cells.corner(left, y)) {
                push(vertex(left, y, left, y));
            }
        }
        if (southPole) {
            push(pole(left, right, grid.height));
        } else {
            push(vertex(left, bottom, left, bottom - 1));
            for (int x = left + 1; x < right; x++) {
                if (cells.corner(x, bottom)) {
                    push(vertex(x, bottom, x, bottom - 1));
                }
            }
            push(vertex(right, bottom, right - 1, bottom - 1));
        }
        for (int y = bottom - 1; y > top; y--) {
            if (cells.corner(right, y)) {
                push(vertex(right, y, right - 1, y));
            }
        }
        if (!northPole) {
            push(vertex(right, top, right - 1, top));
            for (int x = right - 1; x > left; x--) {
                if (cells.corner(x, top)) {
                    push(vertex(x, top, x, top));
                }
            }
        }
        if (northPole) {
            fan(0);
        } else if (southPole) {
            fan(bottom - top == 1 ? 1 : firstOf(left, right));
        } else if (corners == 4) {
            quad();
        } else {
            fanFromMiddle(left, top, right, bottom);
        }
    }

    /** Where the outline's vertex at the south pole is: the one whose u lies strictly between the sides. */
    private int firstOf(int left, int right) {
        for (int i = 0; i < corners; i++) {
            var u = uv[2 * outline[i]] * grid.width;
            if (u > left + 0.25 && u < right - 0.25 && uv[2 * outline[i] + 1] == 1) {
                return i;
            }
        }
        return 0;
    }

    private void push(int vertex) {
        if (corners == outline.length) {
            outline = Arrays.copyOf(outline, 2 * corners);
        }
        outline[corners++] = vertex;
    }

    private void fan(int first) {
        for (int i = 1; i + 1 < corners; i++) {
            triangle(outline[first], outline[(first + i) % corners], outline[(first + i + 1) % corners]);
        }
    }

    private void quad() {
        var a = Math.abs(inverses[outline[0]] - inverses[outline[2]]);
        var b = Math.abs(inverses[outline[1]] - inverses[outline[3]]);
        fan(a <= b ? 0 : 1);
    }

    private void fanFromMiddle(int left, int top, int right, int bottom) {
        float sum = 0;
        for (int i = 0; i < corners; i++) {
            sum += inverses[outline[i]];
        }
        int middle;
        if ((right - left) % 2 == 0 && (bottom - top) % 2 == 0) {
            var x = (left + right) / 2;
            var y = (top + bottom) / 2;
            middle = vertex(x, y, x, y);
        } else {
            middle = add((left + right) / 2.0, (top + bottom) / 2.0, sum / corners);
        }
        for (int i = 0; i < corners; i++) {
            triangle(middle, outline[i], outline[(i + 1) % corners]);
        }
    }

    private void triangle(int a, int b, int c) {
        if (count + 3 > indices.length) {
            indices = Arrays.copyOf(indices, 2 * indices.length);
        }
        indices[count++] = a;
        indices[count++] = b;
        indices[count++] = c;
    }

    /** The vertex of a cell of the first or last row at the pole: above the middle of the cell, at the mean depth around. */
    private int pole(int left, int right, int y) {
        var row = y == 0 ? 0 : grid.height - 1;
        double sum = 0;
        for (int x = 0; x < grid.width; x++) {
            var p = row * grid.width + x;
            sum += background && kinds[p] == Occlusion.HIDING ? hidden.inverse(p) : grid.inverse[p];
        }
        return add((left + right) / 2.0, y, (float) (sum / grid.width));
    }

    /** The vertex at lattice point (x, y) of the surface that the sample (sx, sy) beside it belongs to. */
    private int vertex(int x, int y, int sx, int sy) {
        around[0] = grid.neighbour(x, y, -1, -1);
        around[1] = grid.neighbour(x, y, 0, -1);
        around[2] = grid.neighbour(x, y, 0, 0);
        around[3] = grid.neighbour(x, y, -1, 0);
        if (x == grid.width && !grid.wraps) {
            around[1] = -1;
            around[2] = -1;
        }
        int own = 0;
        var sample = sy * grid.width + sx;
        while (around[own] != sample) {
            own++;
        }
        visibleSurfaces();
        var label = background && kinds[sample] == Occlusion.HIDING ? hiddenSurface(own) : surface[own];
        var key = ((long) y * (grid.width + 1) + x) * 9 + label;
        var known = index.get(key);
        if (known >= 0) {
            return known;
        }
        var vertex = add(x, y, label < 4 ? visible(label) : behind(label - 4));
        index.put(key, vertex);
        return vertex;
    }

    /** Numbers the surfaces around the corner: each sample gets the number of the first sample of its surface. */
    private void visibleSurfaces() {
        for (int i = 0; i < 4; i++) {
            surface[i] = i;
        }
        for (int pass = 0; pass < 3; pass++) {
            for (int i = 0; i < 4; i++) {
                var j = (i + 1) % 4;
                if (around[i] >= 0 && around[j] >= 0 && !tears.between(around[i], around[j])) {
                    var least = Math.min(surface[i], surface[j]);
                    surface[i] = least;
                    surface[j] = least;
                }
            }
        }
    }

    /** A visible surface that the hidden one meets at this corner, or else 4 and the first hidden sample of its surface. */
    private int hiddenSurface(int own) {
        int first = own;
        for (int i = 0; i < 4; i++) {
            if (!joined(own, i)) {
                continue;
            }
            first = Math.min(first, i);
            for (int step = 1; step < 4; step += 2) {
                var j = (i + step) % 4;
                if (around[j] >= 0 && hidden.meets(around[i], around[j])) {
                    return surface[j];
                }
            }
        }
        return 4 + first;
    }

    /** Whether the hidden samples at two of the places around the corner are one surface. */
    private boolean joined(int own, int other) {
        if (own == other) {
            return true;
        }
        if ((own ^ other) == 2) {
            return (linked(own, (own + 1) % 4) && linked((own + 1) % 4, other))
                    || (linked(own, (own + 3) % 4) && linked((own + 3) % 4, other));
        }
        return linked(own, other);
    }

    private boolean linked(int i, int j) {
        return around[i] >= 0
                && around[j] >= 0
                && kinds[around[i]] == Occlusion.HIDING
                && kinds[around[j]] == Occlusion.HIDING;
    }

    private float visible(int label) {
        float sum = 0;
        int samples = 0;
        for (int i = 0; i < 4; i++) {
            if (around[i] >= 0 && surface[i] == label) {
                sum += grid.inverse[around[i]];
                samples++;
            }
        }
        return sum / samples;
    }

    private float behind(int first) {
        float sum = 0;
        int samples = 0;
        for (int i = 0; i < 4; i++) {
            if (around[i] >= 0 && kinds[around[i]] == Occlusion.HIDING && joined(first, i)) {
                sum += hidden.inverse(around[i]);
                samples++;
            }
        }
        return sum / samples;
    }

    private int add(double x, double y, float inverse) {
        if (vertices == inverses.length) {
            positions = Arrays.copyOf(positions, 6 * vertices);
            uv = Arrays.copyOf(uv, 4 * vertices);
            inverses = Arrays.copyOf(inverses, 2 * vertices);
        }
        var u = x / grid.width;
        var v = y / grid.height;
        grid.projection.point(grid.wraps && u == 1 ? 0 : u, v, 1 / inverse, point);
        for (int i = 0; i < 3; i++) {
            positions[3 * vertices + i] = (float) point[i];
        }
        uv[2 * vertices] = (float) u;
        uv[2 * vertices + 1] = (float) v;
        inverses[vertices] = inverse;
        return vertices++;
    }
}
