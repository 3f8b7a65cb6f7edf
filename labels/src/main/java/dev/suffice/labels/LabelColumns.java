package dev.suffice.labels;

/** Columns of the files: one row for each prompt, seed and sampler. */
public final class LabelColumns {
    /** Fingerprint of the model. */
    public static final String MODEL = "model";

    /** The text. */
    public static final String PROMPT = "prompt";

    /** Seed of the noise. */
    public static final String SEED = "seed";

    /** The sampler and its decisions, e.g. {@code ddim/skip=0.1}. */
    public static final String SCHEDULER = "scheduler";

    /** The label: least count from which on every image is close to the reference. */
    public static final String STAYS_CLOSE = "stays_close";

    /** The paper's label: the count from which on images of successive counts hardly differ. */
    public static final String SETTLES = "settles";

    /** Counts of steps; the last one is the reference. */
    public static final String STEPS = "steps";

    /** SSIM of colours to the reference, for every count but the last. */
    public static final String RGB_TO_REFERENCE = "rgb_to_reference";

    /** SSIM of depth to the reference. */
    public static final String DEPTH_TO_REFERENCE = "depth_to_reference";

    /** SSIM of colours to the image of the next count. */
    public static final String RGB_TO_NEXT = "rgb_to_next";

    /** SSIM of depth to that of the next count. */
    public static final String DEPTH_TO_NEXT = "depth_to_next";

    private LabelColumns() {}
}
