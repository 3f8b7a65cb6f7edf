package dev.suffice.depthfusion.resample;

/** The six sides of a cube around the eye, each a square picture of 90 degrees with its own right, up and forward. */
public enum CubeFace {
    /** Towards +x. */
    RIGHT("px"),
    /** Towards -x. */
    LEFT("nx"),
    /** Towards +y; its lower edge meets the front. */
    UP("py"),
    /** Towards -y; its upper edge meets the front. */
    DOWN("ny"),
    /** Towards -z, where a picture's middle is. */
    FRONT("nz"),
    /** Towards +z. */
    BACK("pz");

    private final String label;

    CubeFace(String label) {
        this.label = label;
    }

    /** The axis that it looks along: {@code px} for +x, {@code nz} for -z. */
    public String label() {
        return label;
    }

    /** Turns a direction of the face's own frame (x right, y up, forward along -z) into the scene's. */
    void turn(double[] own, double[] direction) {
        var x = own[0];
        var y = own[1];
        var z = own[2];
        switch (this) {
            case RIGHT -> set(direction, -z, y, x);
            case LEFT -> set(direction, z, y, -x);
            case UP -> set(direction, x, -z, y);
            case DOWN -> set(direction, x, z, -y);
            case FRONT -> set(direction, x, y, z);
            case BACK -> set(direction, -x, y, -z);
        }
    }

    private static void set(double[] direction, double x, double y, double z) {
        direction[0] = x;
        direction[1] = y;
        direction[2] = z;
    }
}
