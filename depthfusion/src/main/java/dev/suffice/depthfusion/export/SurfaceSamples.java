package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.Layer;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.Projection;
import dev.suffice.depthfusion.Texture;

/** Points on the layers of a scene, as many as the picture has pixels, or as a limit allows; near the poles fewer in a row. */
final class SurfaceSamples {
    /** A point, what one step along a row and along a column of the picture moves it by, and its colour. */
    static final class Sample {
        final double[] point = new double[3];
        final double[] right = new double[3];
        final double[] down = new double[3];
        final int[] rgb = new int[3];
    }

    /** Takes samples; the object is used again for the next one. */
    interface Visitor {
        void visit(Sample sample);
    }

    /** A hair, so that no sample lies on the edge of two triangles. */
    private static final double ASIDE = 1e-4;

    private final LayeredScene scene;
    private final Projection projection;
    private final int columns;
    private final int rows;
    private final Sample sample = new Sample();

    SurfaceSamples(LayeredScene scene, int most) {
        this.scene = scene;
        this.projection = scene.scene().projection();
        var image = scene.scene().image();
        var shrink = Math.min(1, Math.sqrt((double) most / ((long) image.width() * image.height())));
        this.columns = Math.max(1, (int) (image.width() * shrink));
        this.rows = Math.max(1, (int) (image.height() * shrink));
    }

    int count() {
        var count = new int[1];
        each(_ -> count[0]++);
        return count[0];
    }

    void each(Visitor visitor) {
        for (var layer : scene.layers()) {
            var mesh = layer.mesh();
            for (int i = 0; i < mesh.indices().length; i += 3) {
                triangle(layer, mesh.indices()[i], mesh.indices()[i + 1], mesh.indices()[i + 2], visitor);
            }
        }
    }

    private void triangle(Layer layer, int a, int b, int c, Visitor visitor) {
        var uv = layer.mesh().uv();
        var ax = uv[2 * a] * columns;
        var ay = uv[2 * a + 1] * rows;
        var bx = uv[2 * b] * columns - ax;
        var by = uv[2 * b + 1] * rows - ay;
        var cx = uv[2 * c] * columns - ax;
        var cy = uv[2 * c + 1] * rows - ay;
        double area = (double) bx * cy - (double) by * cx;
        if (area == 0) {
            return;
        }
        var ia = inverse(layer, a);
        var ib = inverse(layer, b) - ia;
        var ic = inverse(layer, c) - ia;
        // one over depth is linear in the picture: ia + x * gx + y * gy
        var gx = (ib * cy - ic * by) / area;
        var gy = (ic * bx - ib * cx) / area;
        var top = Math.max(0, (int) Math.ceil(ay + Math.min(0, Math.min(by, cy)) - 0.5 - ASIDE));
        var bottom = Math.min(rows - 1, (int) Math.floor(ay + Math.max(0, Math.max(by, cy)) - 0.5 + ASIDE));
        var left = Math.max(0, (int) Math.ceil(ax + Math.min(0, Math.min(bx, cx)) - 0.5 - ASIDE));
        var right = Math.min(columns - 1, (int) Math.floor(ax + Math.max(0, Math.max(bx, cx)) - 0.5 + ASIDE));
        for (int row = top; row <= bottom; row++) {
            var step = step(row);
            for (int column = left; column <= right; column++) {
                var x = column + 0.5 + ASIDE - ax;
                var y = row + 0.5 + 0.7 * ASIDE - ay;
                var wb = (x * cy - y * cx) / area;
                var wc = (bx * y - by * x) / area;
                if (column % step == step / 2 && wb >= 0 && wc >= 0 && wb + wc <= 1) {
                    emit(layer.texture(), column, row, step, ia + x * gx + y * gy, gx, gy, visitor);
                }
            }
        }
    }

    private void emit(
            Texture texture, int column, int row, int step, double inverse, double gx, double gy, Visitor visitor) {
        var u = (column + 0.5) / columns;
        var v = (row + 0.5) / rows;
        projection.point(u, v, 1 / inverse, sample.point);
        // steps of at most a tenth in depth, else a sheet seen edge-on would reach to infinity
        var across = Math.clamp(step * gx, -0.1 * inverse, 0.1 * inverse);
        projection.point(u + (double) step / columns, v, 1 / (inverse + across), sample.right);
        var along = Math.clamp(gy, -0.1 * inverse, 0.1 * inverse);
        projection.point(u, Math.min(1, v + 1.0 / rows), 1 / (inverse + along), sample.down);
        for (int i = 0; i < 3; i++) {
            sample.right[i] -= sample.point[i];
            sample.down[i] -= sample.point[i];
        }
        var texelX = (int) (u * texture.width());
        var texelY = (int) (v * texture.height());
        var at = 3 * (texelY * texture.width() + texelX);
        for (int i = 0; i < 3; i++) {
            sample.rgb[i] = texture.rgb()[at + i] & 0xff;
        }
        visitor.visit(sample);
    }

    private double inverse(Layer layer, int vertex) {
        var p = layer.mesh().positions();
        return projection.wraps()
                ? 1
                        / Math.sqrt(p[3 * vertex] * p[3 * vertex]
                                + p[3 * vertex + 1] * p[3 * vertex + 1]
                                + p[3 * vertex + 2] * p[3 * vertex + 2])
                : -1.0 / p[3 * vertex + 2];
    }

    private int step(int row) {
        return projection.wraps()
                ? Integer.highestOneBit(
                        (int) Math.clamp(1 / Math.sin(Math.PI * (row + 0.5) / rows), 1, Math.max(1, columns / 4.0)))
                : 1;
    }
}
