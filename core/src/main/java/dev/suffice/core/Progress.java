package dev.suffice.core;

/** Hears how far a long piece of work has come. Called from the working thread: return quickly. */
@FunctionalInterface
public interface Progress {
    /**
     * Work went on.
     *
     * @param stage what is being done, e.g. {@code denoise}
     * @param done units finished, 0 to {@code total}
     * @param total units in the stage, at least 1
     */
    void at(String stage, long done, long total);

    /** A listener that hears nothing. */
    static Progress silent() {
        return (stage, done, total) -> {};
    }
}
