package dev.suffice.train.exits;

/** What is learned of a text. */
public enum ExitTask {
    /** One of several categories, by cross entropy. */
    SINGLE_LABEL("accuracy"),
    /** One number, by squared error. */
    REGRESSION("correlation"),
    /** A category for each token, by cross entropy over the tokens that have one. */
    TOKEN_LABELS("token accuracy");

    private final String measure;

    ExitTask(String measure) {
        this.measure = measure;
    }

    /** What {@link ExitQuality#quality} is: the share of right answers, or Pearson's correlation. */
    public String measure() {
        return measure;
    }
}
