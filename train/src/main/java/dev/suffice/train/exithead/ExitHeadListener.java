package dev.suffice.train.exithead;

import dev.suffice.train.ProgressListener;

/** Hears how training goes, on the training thread; must return quickly. */
@FunctionalInterface
public interface ExitHeadListener extends ProgressListener {
    /**
     * Called at every checkpoint and at the end.
     *
     * @param step steps so far
     * @param quality on texts that are held out
     */
    default void heldOut(long step, ExitHeadQuality quality) {}
}
