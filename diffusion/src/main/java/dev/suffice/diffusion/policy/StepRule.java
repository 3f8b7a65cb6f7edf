package dev.suffice.diffusion.policy;

/** One kind of decision during a run. Immutable; what it remembers of an image is in its {@link Decisions}. */
public interface StepRule {
    /** Name on the command line, e.g. {@code skip}. */
    String name();

    /** Where it draws the line. */
    double threshold();

    /** Name and threshold as the command line has them, e.g. {@code skip=0.01}. */
    default String text() {
        return name() + "=" + threshold();
    }

    /** Whether it needs the U-Net in parts. */
    default boolean divides() {
        return false;
    }

    /** Whether it leaves out rows without the others of their image, so that calls may have one. */
    default boolean unpairs() {
        return false;
    }

    /** Begins with an image. */
    Decisions start();

    /**
     * A place in the run of one image.
     *
     * @param call the U-Net call, from 0
     * @param calls how many there are
     * @param order calls of a step: 2 for samplers of second order
     */
    record Place(int call, int calls, int order) {
        /** Whether no call follows. */
        public boolean last() {
            return call == calls - 1;
        }
    }

    /**
     * What the rule decides for one image. The questions of a call come in the order of these methods; a rule answers those that concern
     * it. Arrays belong to the caller and change after the call. Not thread-safe.
     */
    interface Decisions {
        /**
         * Whether the U-Net has to be asked at all; otherwise the run goes on towards the clean image that it predicted last.
         *
         * @param input what the U-Net would see, of unit variance
         */
        default boolean asks(Place place, float[] input) {
            return true;
        }

        /** Whether the unconditional prediction is needed; otherwise its last difference from the conditional one is used again. */
        default boolean guides(Place place) {
            return true;
        }

        /**
         * Whether the deep part of the U-Net has to run; otherwise what it gave last is used again.
         *
         * @param change of what enters it since it ran last, relative; the mean of the image's rows
         */
        default boolean deepens(Place place, double change) {
            return true;
        }

        /** Tells both predictions, when both were made. */
        default void predicted(Place place, float[] conditional, float[] unconditional) {}

        /**
         * Whether the run goes on; otherwise the clean image predicted now is the result.
         *
         * @param clean the clean image that the sampler predicts now
         */
        default boolean continues(Place place, float[] clean) {
            return true;
        }
    }
}
