package dev.suffice.train.scene.trace;

/**
 * A camera that sees everything around it: longitude along the picture's width (360 degrees), latitude along its height (180 degrees).
 * Depth is the distance itself.
 *
 * @param position where it stands
 * @param heading longitude of the picture's middle in radians; 0 looks towards -z, positive turns towards +x
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PanoramaCamera(double[] position, double heading) implements Camera {
    @Override
    public void direction(double u, double v, double[] direction) {
        double longitude = (u - 0.5) * 2 * Math.PI + heading;
        double latitude = (0.5 - v) * Math.PI;
        double flat = Math.cos(latitude);
        direction[0] = flat * Math.sin(longitude);
        direction[1] = Math.sin(latitude);
        direction[2] = -flat * Math.cos(longitude);
    }

    @Override
    public double depth(double distance, double[] direction) {
        return distance;
    }
}
