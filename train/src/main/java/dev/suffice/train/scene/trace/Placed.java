package dev.suffice.train.scene.trace;

/**
 * A model somewhere in a world: turned about the vertical, scaled, moved, perhaps painted. Rays are moved into its space, so that many
 * placements share one hierarchy.
 */
public final class Placed {
    private static final double[] UNPAINTED = {};

    private final Model model;
    private final double x;
    private final double y;
    private final double z;
    private final double sin;
    private final double cos;
    private final double scale;
    private final int object;
    private final double[][] paint;
    private final double[] box;

    /**
     * Places a model.
     *
     * @param model what
     * @param x where its middle stands
     * @param y height of the ground under it
     * @param z where its middle stands
     * @param yaw radians about the vertical; positive turns its front (+z) towards +x
     * @param scale size factor
     * @param object what {@link Hit#object} shall say: 0 for surroundings
     */
    public Placed(Model model, double x, double y, double z, double yaw, double scale, int object) {
        this.model = model;
        this.x = x;
        this.y = y;
        this.z = z;
        this.sin = Math.sin(yaw);
        this.cos = Math.cos(yaw);
        this.scale = scale;
        this.object = object;
        this.paint = new double[model.materials()][];
        java.util.Arrays.fill(paint, UNPAINTED);
        this.box = worldBox();
    }

    private double[] worldBox() {
        float[] b = model.bounds();
        double[] w = {
            Double.POSITIVE_INFINITY, y + scale * b[1], Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY, y + scale * b[4], Double.NEGATIVE_INFINITY
        };
        for (int corner = 0; corner < 4; corner++) {
            double lx = scale * ((corner & 1) == 0 ? b[0] : b[3]);
            double lz = scale * ((corner & 2) == 0 ? b[2] : b[5]);
            double wx = x + cos * lx + sin * lz;
            double wz = z - sin * lx + cos * lz;
            w[0] = Math.min(w[0], wx);
            w[3] = Math.max(w[3], wx);
            w[2] = Math.min(w[2], wz);
            w[5] = Math.max(w[5], wz);
        }
        return w;
    }

    /** Paints one material with a linear colour; its texture keeps only its light and dark. */
    public void paint(int material, double[] rgb) {
        paint[material] = rgb.clone();
    }

    /** Lowest and highest corner in the world. */
    public double[] box() {
        return box.clone();
    }

    /** What {@link Hit#object} says. */
    public int object() {
        return object;
    }

    boolean intersect(
            double ox,
            double oy,
            double oz,
            double dx,
            double dy,
            double dz,
            double limit,
            boolean any,
            Bvh.Contact contact) {
        // A slab test in the world spares the move into the model's space for most rays.
        double near = 0;
        double far = limit;
        double inverse = 1 / dx;
        double a = (box[0] - ox) * inverse;
        double b = (box[3] - ox) * inverse;
        near = Math.max(near, Math.min(a, b));
        far = Math.min(far, Math.max(a, b));
        inverse = 1 / dy;
        a = (box[1] - oy) * inverse;
        b = (box[4] - oy) * inverse;
        near = Math.max(near, Math.min(a, b));
        far = Math.min(far, Math.max(a, b));
        inverse = 1 / dz;
        a = (box[2] - oz) * inverse;
        b = (box[5] - oz) * inverse;
        near = Math.max(near, Math.min(a, b));
        far = Math.min(far, Math.max(a, b));
        if (near > far) {
            return false;
        }
        double s = 1 / scale;
        double rx = (ox - x) * s;
        double rz = (oz - z) * s;
        return model.bvh()
                .intersect(
                        (float) (cos * rx - sin * rz),
                        (float) ((oy - y) * s),
                        (float) (sin * rx + cos * rz),
                        (float) ((cos * dx - sin * dz) * s),
                        (float) (dy * s),
                        (float) ((sin * dx + cos * dz) * s),
                        (float) limit,
                        any,
                        contact);
    }

    void surface(double ox, double oy, double oz, double dx, double dy, double dz, Hit hit) {
        var rgb = new double[3];
        var n = new double[3];
        model.surface(hit.contact, paint, rgb, n);
        double wx = cos * n[0] + sin * n[2];
        double wz = -sin * n[0] + cos * n[2];
        double length = Math.sqrt(wx * wx + n[1] * n[1] + wz * wz);
        if (!(length > 1e-9)) {
            wx = -dx;
            n[1] = -dy;
            wz = -dz;
            length = 1;
        }
        double nx = wx / length;
        double ny = n[1] / length;
        double nz = wz / length;
        if (nx * dx + ny * dy + nz * dz > 0) {
            // Interpolated normals may lean away at a silhouette; a normal on the far side of its plane is turned.
            nx = -nx;
            ny = -ny;
            nz = -nz;
        }
        hit.clear();
        hit.t = hit.contact.t;
        hit.x = ox + dx * hit.t;
        hit.y = oy + dy * hit.t;
        hit.z = oz + dz * hit.t;
        hit.normal(nx, ny, nz);
        hit.albedo(rgb);
        hit.object = object;
    }
}
