package dev.suffice.depthfusion;

/** Where the depth map of a picture is. */
public enum DepthLayout {
    /** In a file of its own. */
    SEPARATE("separate"),
    /** In the right half of the picture's file. */
    SIDE_BY_SIDE("side-by-side"),
    /** In the lower half of the picture's file. */
    TOP_BOTTOM("top-bottom");

    private final String label;

    DepthLayout(String label) {
        this.label = label;
    }

    /** What people type. */
    public String label() {
        return label;
    }

    @Override
    public String toString() {
        return label;
    }
}
