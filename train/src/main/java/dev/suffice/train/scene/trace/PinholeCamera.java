package dev.suffice.train.scene.trace;

/** A perspective camera with an upright picture; depth is measured along the viewing axis. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PinholeCamera(
        double[] position, double[] forward, double[] right, double[] up, double tangent, double aspect)
        implements Camera {
    /**
     * A camera that looks at a point.
     *
     * @param position where it stands
     * @param target what it looks at; not straight above or below
     * @param verticalView vertical angle of view in radians
     * @param aspect width over height
     */
    public static PinholeCamera lookingAt(double[] position, double[] target, double verticalView, double aspect) {
        double fx = target[0] - position[0];
        double fy = target[1] - position[1];
        double fz = target[2] - position[2];
        double length = Math.sqrt(fx * fx + fy * fy + fz * fz);
        double[] forward = {fx / length, fy / length, fz / length};
        double flat = Math.hypot(forward[0], forward[2]);
        double[] right = {-forward[2] / flat, 0, forward[0] / flat};
        double[] up = {
            right[1] * forward[2] - right[2] * forward[1],
            right[2] * forward[0] - right[0] * forward[2],
            right[0] * forward[1] - right[1] * forward[0]
        };
        return new PinholeCamera(position, forward, right, up, Math.tan(verticalView / 2), aspect);
    }

    @Override
    public void direction(double u, double v, double[] direction) {
        double a = (2 * u - 1) * tangent * aspect;
        double b = (1 - 2 * v) * tangent;
        double length = 1 / Math.sqrt(1 + a * a + b * b);
        for (int i = 0; i < 3; i++) {
            direction[i] = (forward[i] + a * right[i] + b * up[i]) * length;
        }
    }

    @Override
    public double depth(double distance, double[] direction) {
        return distance * (direction[0] * forward[0] + direction[1] * forward[1] + direction[2] * forward[2]);
    }
}
