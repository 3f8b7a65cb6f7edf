package dev.suffice.depthfusion;

/** What larger (brighter) values of a depth map mean. */
public enum DepthDirection {
    /** Larger is nearer, as disparities are and as this project writes them. */
    NEARER("nearer"),
    /** Larger is farther, as distances are. */
    FARTHER("farther");

    private final String label;

    DepthDirection(String label) {
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
