package dev.suffice.core.calibrate;

/** What came of a calibration. */
public sealed interface Choice {
    /**
     * A setting keeps the promise.
     *
     * @param setting the fastest one that does, from 0, the safest
     */
    record Fastest(int setting) implements Choice {}

    /**
     * None does: nothing may exit early.
     *
     * @param samples that there were
     * @param needed fewest samples with which any setting could be accepted
     */
    record Never(int samples, long needed) implements Choice {
        /** Whether there were too few samples for any setting, however good. */
        public boolean tooFew() {
            return samples < needed;
        }
    }
}
