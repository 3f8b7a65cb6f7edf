package dev.suffice.language.speculate;

import dev.suffice.language.sampling.Writing;
import java.util.List;

/** Proposes how texts go on. Thread-safe; what it knows of one text is in a {@link Session}. */
public interface Drafter {
    /** Short name, for reports. */
    String name();

    /** Whether drafting costs next to nothing compared to a pass of the model. */
    boolean free();

    /**
     * Begins a text without tokens.
     *
     * @param writing the answer that is being written, as far as it is; not to be changed, copied where a draft has to go on
     * @param seed of what is drawn
     */
    Session start(Writing writing, long seed);

    /** Decides, before each token, whether it is worth drafting. */
    @FunctionalInterface
    interface Extent {
        /**
         * Whether one more token should be drafted.
         *
         * @param draft tokens so far, none at first
         */
        boolean more(List<DraftToken> draft);
    }

    /** One text. Not thread-safe. */
    interface Session extends AutoCloseable {
        /** The text goes on with these tokens. */
        void read(int[] tokens);

        /**
         * Proposes what follows; the text does not change.
         *
         * @param most tokens
         * @param extent asked before each
         * @return the tokens; none if it knows nothing
         */
        List<DraftToken> draft(int most, Extent extent);

        /**
         * The answer is complete.
         *
         * @param answer its tokens
         */
        default void ended(int[] answer) {}

        @Override
        default void close() {}
    }
}
