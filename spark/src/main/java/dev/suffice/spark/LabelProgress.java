package dev.suffice.spark;

/** Hears of a job while it goes on; called from Spark's threads, one at a time. */
@FunctionalInterface
public interface LabelProgress {
    /**
     * A part is finished.
     *
     * @param parts finished ones, those of earlier runs not counted
     * @param all that were missing when the job began
     */
    void finished(int parts, int all);
}
