package dev.suffice.diffusion;

/**
 * Passes of the U-Net for one image: what its number of steps takes, and how much of that ran.
 *
 * @param choice of the steps
 * @param planned passes that these steps take, with guidance where it is active
 * @param executed passes that ran
 */
public record DenoisingPasses(StepChoice choice, int planned, int executed) {
    /** Passes that the decisions during the run left out. */
    public int skipped() {
        return planned - executed;
    }
}
