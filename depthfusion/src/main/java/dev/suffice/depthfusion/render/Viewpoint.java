package dev.suffice.depthfusion.render;

import dev.suffice.core.InvalidRequestException;

/**
 * An eye and where it looks.
 *
 * @param x metres to the right of the origin
 * @param y metres above it
 * @param z metres behind it
 * @param yaw degrees to the left
 * @param pitch degrees up
 * @param fieldOfView vertical, degrees
 */
public record Viewpoint(double x, double y, double z, double yaw, double pitch, double fieldOfView) {
    /** Checks the field of view. */
    public Viewpoint {
        if (!(fieldOfView >= 1 && fieldOfView <= 170)) {
            throw new InvalidRequestException(
                    "field of view %s: must be between 1 and 170 degrees".formatted(fieldOfView));
        }
    }

    /** From the origin straight ahead. */
    public static Viewpoint ahead(double fieldOfView) {
        return new Viewpoint(0, 0, 0, 0, 0, fieldOfView);
    }

    /** The same look from another place. */
    public Viewpoint from(double newX, double newY, double newZ) {
        return new Viewpoint(newX, newY, newZ, yaw, pitch, fieldOfView);
    }

    /** From the same place to another side. */
    public Viewpoint turned(double newYaw, double newPitch) {
        return new Viewpoint(x, y, z, newYaw, newPitch, fieldOfView);
    }
}
