package dev.suffice.train.exits;

import dev.suffice.train.ProgressListener;
import java.util.List;

/** Hears how training goes, on the training thread; must return quickly. */
@FunctionalInterface
public interface ExitTrainingListener extends ProgressListener {
    /**
     * Called at every checkpoint and at the end of a stage, if there are held-out examples.
     *
     * @param stage {@code exits}; with {@link ExitMethod#TWO_STAGE} {@code encoder}, then {@code ramps}; {@code confidence}
     * @param step steps that the stage has taken
     * @param exits the stage's heads, in order of layers
     */
    default void heldOut(String stage, long step, List<ExitQuality> exits) {}
}
