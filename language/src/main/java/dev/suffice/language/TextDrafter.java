package dev.suffice.language;

import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.Drafter;

/** Drafts with what the model itself has made of the text. */
sealed interface TextDrafter extends Drafter permits ExitDrafter, SelfDrafter {
    @Override
    default boolean free() {
        return false;
    }

    /** @throws IllegalStateException always: it drafts of a text that a decoder has read */
    @Override
    default Session start(Writing writing, long seed) {
        throw new IllegalStateException(name() + ": needs the text that is drafted for");
    }

    /** Begins a text that the model reads. */
    Session start(DecodedText read, Writing writing, long seed);
}
