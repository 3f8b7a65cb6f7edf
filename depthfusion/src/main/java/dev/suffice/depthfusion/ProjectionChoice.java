package dev.suffice.depthfusion;

/** How to find out a picture's projection. */
public enum ProjectionChoice {
    /** What its sidecar says; without one, a picture twice as wide as high is a panorama. */
    AUTO("auto"),
    /** A pinhole picture. */
    PERSPECTIVE("perspective"),
    /** An equirectangular panorama. */
    PANORAMA("panorama");

    private final String label;

    ProjectionChoice(String label) {
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
