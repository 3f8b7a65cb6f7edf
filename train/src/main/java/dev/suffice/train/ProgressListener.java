package dev.suffice.train;

/** Hears how training goes, on the training thread; must return quickly. */
@FunctionalInterface
public interface ProgressListener {
    /** Called every few seconds to minutes. */
    void update(Progress progress);
}
