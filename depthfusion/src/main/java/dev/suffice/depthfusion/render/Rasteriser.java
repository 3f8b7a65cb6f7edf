package dev.suffice.depthfusion.render;

import dev.suffice.depthfusion.Layer;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.Texture;
import java.util.Arrays;

/**
 * Draws the triangles of a layered scene into a picture, with a depth buffer, perspective-correct texture coordinates and bilinear
 * texture filtering, as a graphics card would. For animations and tests: about ten million pixels a second. Not thread-safe.
 */
public final class Rasteriser {
    private static final double NEAR = 0.01;

    private final int width;
    private final int height;
    private final byte[] rgb;
    private final float[] inverse;

    private double focal;
    private double[] axes = new double[9];
    private double[] eye = new double[3];

    /** Clipped polygon: x, y, z, u, v of up to four corners. */
    private final double[] polygon = new double[20];

    private final double[] clipped = new double[20];

    /** For pictures of this size. */
    public Rasteriser(int width, int height) {
        this.width = width;
        this.height = height;
        this.rgb = new byte[3 * width * height];
        this.inverse = new float[width * height];
    }

    /** Draws one view. */
    public View draw(LayeredScene scene, Viewpoint viewpoint) {
        Arrays.fill(rgb, (byte) 0);
        Arrays.fill(inverse, 0);
        look(viewpoint);
        for (var layer : scene.layers()) {
            draw(layer, scene.scene().projection().wraps());
        }
        var depth = new float[inverse.length];
        for (int i = 0; i < depth.length; i++) {
            depth[i] = 1 / inverse[i];
        }
        return new View(new Texture(width, height, rgb.clone()), depth);
    }

    private void look(Viewpoint viewpoint) {
        focal = height / 2.0 / Math.tan(Math.toRadians(viewpoint.fieldOfView()) / 2);
        var yaw = Math.toRadians(viewpoint.yaw());
        var pitch = Math.toRadians(viewpoint.pitch());
        axes = new double[] {
            Math.cos(yaw),
            0,
            -Math.sin(yaw),
            Math.sin(yaw) * Math.sin(pitch),
            Math.cos(pitch),
            Math.cos(yaw) * Math.sin(pitch),
            -Math.sin(yaw) * Math.cos(pitch),
            Math.sin(pitch),
            -Math.cos(yaw) * Math.cos(pitch)
        };
        eye = new double[] {viewpoint.x(), viewpoint.y(), viewpoint.z()};
    }

    private void draw(Layer layer, boolean wraps) {
        var mesh = layer.mesh();
        var seen = new double[3 * mesh.vertices()];
        for (int i = 0; i < mesh.vertices(); i++) {
            var x = mesh.positions()[3 * i] - eye[0];
            var y = mesh.positions()[3 * i + 1] - eye[1];
            var z = mesh.positions()[3 * i + 2] - eye[2];
            for (int a = 0; a < 3; a++) {
                seen[3 * i + a] = axes[3 * a] * x + axes[3 * a + 1] * y + axes[3 * a + 2] * z;
            }
        }
        for (int i = 0; i < mesh.indices().length; i += 3) {
            for (int k = 0; k < 3; k++) {
                var vertex = mesh.indices()[i + k];
                System.arraycopy(seen, 3 * vertex, polygon, 5 * k, 3);
                polygon[5 * k + 3] = mesh.uv()[2 * vertex];
                polygon[5 * k + 4] = mesh.uv()[2 * vertex + 1];
            }
            var corners = clip();
            for (int k = 1; k + 1 < corners; k++) {
                triangle(0, 5 * k, 5 * k + 5, layer.texture(), wraps);
            }
        }
    }

    /** Cuts the polygon's first three corners at the near plane; returns how many corners are left in {@code clipped}. */
    private int clip() {
        int corners = 0;
        for (int k = 0; k < 3; k++) {
            var a = 5 * k;
            var b = 5 * ((k + 1) % 3);
            if (polygon[a + 2] >= NEAR) {
                System.arraycopy(polygon, a, clipped, 5 * corners++, 5);
            }
            if (polygon[a + 2] >= NEAR != polygon[b + 2] >= NEAR) {
                var t = (NEAR - polygon[a + 2]) / (polygon[b + 2] - polygon[a + 2]);
                for (int i = 0; i < 5; i++) {
                    clipped[5 * corners + i] = polygon[a + i] + t * (polygon[b + i] - polygon[a + i]);
                }
                corners++;
            }
        }
        return corners;
    }

    private void triangle(int a, int b, int c, Texture texture, boolean wraps) {
        var ax = screenX(a);
        var ay = screenY(a);
        var bx = screenX(b);
        var by = screenY(b);
        var cx = screenX(c);
        var cy = screenY(c);
        var area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
        if (area == 0) {
            return;
        }
        // A hair more than the triangle, so that no pixel between two triangles is lost to rounding.
        var slack = -1e-9 * Math.abs(area) / area;
        var left = (int) Math.max(0, Math.ceil(Math.min(ax, Math.min(bx, cx)) - 0.5));
        var right = (int) Math.min(width - 1, Math.floor(Math.max(ax, Math.max(bx, cx)) - 0.5));
        var top = (int) Math.max(0, Math.ceil(Math.min(ay, Math.min(by, cy)) - 0.5));
        var bottom = (int) Math.min(height - 1, Math.floor(Math.max(ay, Math.max(by, cy)) - 0.5));
        var ia = 1 / clipped[a + 2];
        var ib = 1 / clipped[b + 2];
        var ic = 1 / clipped[c + 2];
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                var px = x + 0.5;
                var py = y + 0.5;
                var wb = ((px - ax) * (cy - ay) - (py - ay) * (cx - ax)) / area;
                var wc = ((bx - ax) * (py - ay) - (by - ay) * (px - ax)) / area;
                var wa = 1 - wb - wc;
                var least = Math.min(wa, Math.min(wb, wc));
                if (least < -Math.abs(slack)) {
                    continue;
                }
                var w = wa * ia + wb * ib + wc * ic;
                var at = y * width + x;
                if (w <= inverse[at]) {
                    continue;
                }
                inverse[at] = (float) w;
                var u = (wa * ia * clipped[a + 3] + wb * ib * clipped[b + 3] + wc * ic * clipped[c + 3]) / w;
                var v = (wa * ia * clipped[a + 4] + wb * ib * clipped[b + 4] + wc * ic * clipped[c + 4]) / w;
                sample(texture, u, v, wraps, 3 * at);
            }
        }
    }

    private double screenX(int corner) {
        return width / 2.0 + focal * clipped[corner] / clipped[corner + 2];
    }

    private double screenY(int corner) {
        return height / 2.0 - focal * clipped[corner + 1] / clipped[corner + 2];
    }

    private void sample(Texture texture, double u, double v, boolean wraps, int at) {
        var x = u * texture.width() - 0.5;
        var y = v * texture.height() - 0.5;
        var left = (int) Math.floor(x);
        var top = (int) Math.floor(y);
        var s = x - left;
        var t = y - top;
        for (int c = 0; c < 3; c++) {
            var above = (1 - s) * texel(texture, left, top, c, wraps) + s * texel(texture, left + 1, top, c, wraps);
            var below =
                    (1 - s) * texel(texture, left, top + 1, c, wraps) + s * texel(texture, left + 1, top + 1, c, wraps);
            rgb[at + c] = (byte) Math.round((1 - t) * above + t * below);
        }
    }

    private static int texel(Texture texture, int x, int y, int channel, boolean wraps) {
        var column = wraps ? Math.floorMod(x, texture.width()) : Math.clamp(x, 0, texture.width() - 1);
        var row = Math.clamp(y, 0, texture.height() - 1);
        return texture.rgb()[3 * (row * texture.width() + column) + channel] & 0xff;
    }
}
