package dev.suffice.depthfusion;

import dev.suffice.core.InvalidRequestException;

/**
 * How the pixels of a picture lie around the eye. The eye is the origin, x points right, y up, and the middle of the picture
 * looks along -z. Positions in a picture are (u, v) from the upper left corner (0, 0) to the lower right corner (1, 1).
 */
public sealed interface Projection {
    /** The vertical field of view that is assumed where none is known, in degrees. */
    double DEFAULT_FIELD_OF_VIEW = 60;

    /**
     * The point that is seen at (u, v) at a depth.
     *
     * @param depth of this projection: see the implementations
     * @param point receives x, y, z
     */
    void point(double u, double v, double depth, double[] point);

    /**
     * Where in the picture a direction is seen.
     *
     * @param uv receives u and v; for a perspective they may lie outside 0 to 1
     * @return depth of a point at distance 1 in this direction; not above 0 where the direction cannot be seen
     */
    double project(double x, double y, double z, double[] uv);

    /** How many pixels an angle of one radian takes in the middle of a picture of this height. */
    double pixelsPerRadian(int height);

    /** Distance from the eye of what is seen at (u, v) at a depth. */
    double distance(double u, double v, double depth);

    /** Whether the left edge of the picture meets the right one. */
    default boolean wraps() {
        return this instanceof Equirectangular;
    }

    /**
     * All around: longitude along the width (360 degrees), latitude along the height (180 degrees). Depth is the distance from
     * the eye.
     */
    record Equirectangular() implements Projection {
        @Override
        public void point(double u, double v, double depth, double[] point) {
            var longitude = (u - 0.5) * 2 * Math.PI;
            var latitude = (0.5 - v) * Math.PI;
            var flat = v == 0 || v == 1 ? 0 : Math.cos(latitude);
            point[0] = depth * flat * Math.sin(longitude);
            point[1] = depth * Math.sin(latitude);
            point[2] = -depth * flat * Math.cos(longitude);
        }

        @Override
        public double project(double x, double y, double z, double[] uv) {
            uv[0] = Math.atan2(x, -z) / (2 * Math.PI) + 0.5;
            uv[1] = 0.5 - Math.atan2(y, Math.hypot(x, z)) / Math.PI;
            return 1;
        }

        @Override
        public double pixelsPerRadian(int height) {
            return height / Math.PI;
        }

        @Override
        public double distance(double u, double v, double depth) {
            return depth;
        }
    }

    /**
     * Through a pinhole. Depth is measured along the viewing axis, as cameras and renderers do.
     *
     * @param fieldOfView vertical, degrees, 1 to 170
     * @param aspect width over height
     */
    record Perspective(double fieldOfView, double aspect) implements Projection {
        /** Checks the ranges. */
        public Perspective {
            if (!(fieldOfView >= 1 && fieldOfView <= 170)) {
                throw new InvalidRequestException(
                        "field of view %s: must be between 1 and 170 degrees".formatted(fieldOfView));
            }
            if (!(aspect > 0) || Double.isInfinite(aspect)) {
                throw new InvalidRequestException("aspect %s: must be above 0".formatted(aspect));
            }
        }

        /** Half the height of the picture at depth 1. */
        double tangent() {
            return Math.tan(Math.toRadians(fieldOfView) / 2);
        }

        @Override
        public void point(double u, double v, double depth, double[] point) {
            var tangent = tangent();
            point[0] = (2 * u - 1) * tangent * aspect * depth;
            point[1] = (1 - 2 * v) * tangent * depth;
            point[2] = -depth;
        }

        @Override
        public double project(double x, double y, double z, double[] uv) {
            var tangent = tangent();
            uv[0] = 0.5 + 0.5 * x / (-z * tangent * aspect);
            uv[1] = 0.5 - 0.5 * y / (-z * tangent);
            return -z / Math.sqrt(x * x + y * y + z * z);
        }

        @Override
        public double pixelsPerRadian(int height) {
            return height / 2.0 / tangent();
        }

        @Override
        public double distance(double u, double v, double depth) {
            var tangent = tangent();
            return depth * Math.sqrt(1 + square((2 * u - 1) * tangent * aspect) + square((1 - 2 * v) * tangent));
        }

        private static double square(double value) {
            return value * value;
        }
    }
}
