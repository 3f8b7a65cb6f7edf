package dev.suffice.classify.exit;

import dev.suffice.classify.Task;

/**
 * Tells how sure a head's answer is, so that a text leaves at the first head that is sure enough. Immutable; what has to be remembered of one text is in its {@link Watch}.
 */
public interface ExitCriterion {
    /** Short name, for options and files. */
    String name();

    /** What a threshold of it means, in a few words. */
    String meaning();

    /** Whether it can say anything of answers to a task. */
    boolean fits(Task task);

    /** Watches a new text. */
    Watch watch();

    /** Follows one text from head to head. Not thread-safe. */
    interface Watch {
        /**
         * How sure the answer is.
         *
         * @param output of the next head
         * @return 0 for not at all, 1 for certain
         */
        double sureness(HeadOutput output);
    }

    /** A criterion that remembers nothing: the least sure of a text's answers counts. */
    interface PerAnswer {
        /** How sure one answer is, 0 to 1. */
        double sureness(double[] probabilities);
    }

    /** The least sureness over a head's answers. */
    static double least(HeadOutput output, PerAnswer one) {
        double least = 1;
        for (int row = 0; row < output.rows(); row++) {
            least = Math.min(least, one.sureness(output.probabilities(row)));
        }
        return least;
    }
}
