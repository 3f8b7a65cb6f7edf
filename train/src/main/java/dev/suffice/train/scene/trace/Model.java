package dev.suffice.train.scene.trace;

import dev.suffice.train.scene.furniture.Material;
import dev.suffice.train.scene.furniture.Mesh;
import java.util.List;

/**
 * A mesh made ready for rays: its hierarchy, and its materials' colours in linear light. Glass is made opaque and dark, so that depth has
 * one answer. Immutable and safe for use by many threads.
 */
public final class Model {
    private final Bvh bvh;
    private final double[][] tint;
    private final double[] brightness;
    private final float[] bounds;

    /**
     * Prepares a mesh.
     *
     * @param mesh in metres, standing on y = 0
     */
    public Model(Mesh mesh) {
        bvh = new Bvh(mesh);
        bounds = mesh.bounds();
        List<Material> materials = mesh.materials();
        tint = new double[materials.size()][];
        brightness = new double[materials.size()];
        for (int i = 0; i < tint.length; i++) {
            Material m = materials.get(i);
            double glass = m.opacity() < 0.7 ? 0.75 : 0;
            tint[i] = new double[] {
                Srgb.linear(m.red()) * (1 - glass) + 0.035 * glass,
                Srgb.linear(m.green()) * (1 - glass) + 0.045 * glass,
                Srgb.linear(m.blue()) * (1 - glass) + 0.055 * glass
            };
        }
        measure(mesh);
    }

    /** Mean brightness of every material's texture, so that paint keeps the texture's light and dark but not its colour. */
    private void measure(Mesh mesh) {
        var sum = new double[tint.length];
        var n = new int[tint.length];
        var colour = new double[3];
        for (int i = 0; i < mesh.triangles(); i++) {
            int m = mesh.materialOf()[i];
            float[] uv = mesh.uvs();
            texel(
                    mesh,
                    m,
                    (uv[6 * i] + uv[6 * i + 2] + uv[6 * i + 4]) / 3,
                    (uv[6 * i + 1] + uv[6 * i + 3] + uv[6 * i + 5]) / 3,
                    colour);
            sum[m] += luminance(colour);
            n[m]++;
        }
        for (int m = 0; m < tint.length; m++) {
            brightness[m] = n[m] == 0 ? 1 : Math.max(0.02, sum[m] / n[m]);
        }
    }

    private static void texel(Mesh mesh, int material, float u, float v, double[] rgb) {
        int c = mesh.materials().get(material).texture().argb(u, v);
        rgb[0] = Srgb.linear((c >> 16) & 255);
        rgb[1] = Srgb.linear((c >> 8) & 255);
        rgb[2] = Srgb.linear(c & 255);
    }

    private static double luminance(double[] rgb) {
        return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
    }

    /** Lowest and highest corner. */
    public float[] bounds() {
        return bounds.clone();
    }

    /** The hierarchy inside. */
    public Bvh bvh() {
        return bvh;
    }

    /** Index of a material by name, or -1. */
    public int material(String name) {
        List<Material> materials = bvh.mesh().materials();
        for (int i = 0; i < materials.size(); i++) {
            if (materials.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** How many materials. */
    public int materials() {
        return tint.length;
    }

    /** Fills in colour and (object space) normal for a contact. */
    void surface(Bvh.Contact contact, double[][] paint, double[] rgb, double[] normal) {
        Mesh mesh = bvh.mesh();
        int i = contact.triangle;
        int m = mesh.materialOf()[i];
        float a = 1 - contact.u - contact.v;
        float[] uv = mesh.uvs();
        texel(
                mesh,
                m,
                a * uv[6 * i] + contact.u * uv[6 * i + 2] + contact.v * uv[6 * i + 4],
                a * uv[6 * i + 1] + contact.u * uv[6 * i + 3] + contact.v * uv[6 * i + 5],
                rgb);
        double[] painted = paint[m];
        if (painted.length == 3) {
            double relief = Math.clamp(luminance(rgb) / brightness[m], 0.35, 1.6);
            for (int k = 0; k < 3; k++) {
                rgb[k] = Math.min(0.95, painted[k] * relief);
            }
        } else {
            for (int k = 0; k < 3; k++) {
                rgb[k] *= tint[m][k];
            }
        }
        float[] n = mesh.normals();
        for (int k = 0; k < 3; k++) {
            normal[k] = a * n[9 * i + k] + contact.u * n[9 * i + 3 + k] + contact.v * n[9 * i + 6 + k];
        }
    }

    /** Fills in the plane's (object space) normal for a contact. */
    void plane(Bvh.Contact contact, double[] normal) {
        float[] p = bvh.mesh().positions();
        int i = 9 * contact.triangle;
        double ux = p[i + 3] - p[i];
        double uy = p[i + 4] - p[i + 1];
        double uz = p[i + 5] - p[i + 2];
        double vx = p[i + 6] - p[i];
        double vy = p[i + 7] - p[i + 1];
        double vz = p[i + 8] - p[i + 2];
        normal[0] = uy * vz - uz * vy;
        normal[1] = uz * vx - ux * vz;
        normal[2] = ux * vy - uy * vx;
    }
}
