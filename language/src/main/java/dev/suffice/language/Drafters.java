package dev.suffice.language;

import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.PromptLookup;
import dev.suffice.language.speculate.SuffixDrafter;
import dev.suffice.language.speculate.SuffixStore;
import java.util.ArrayList;
import java.util.List;

/** Who drafts without a second model; each call makes new ones, that know of nothing. */
public final class Drafters {
    private static final int STORED = 200_000;

    private Drafters() {}

    /** Suffixes of the text and of earlier answers. */
    public static Drafter suffixes() {
        return new SuffixDrafter(new SuffixStore(STORED));
    }

    /** Those that cost next to nothing. */
    public static List<Drafter> free() {
        return List.of(suffixes(), new PromptLookup());
    }

    /** These, and the draft head of the model if it was opened with one. */
    public static List<Drafter> all(DecoderSession session) {
        var all = new ArrayList<>(free());
        if (session.hasDraftHead()) {
            all.add(SelfDrafter.of(session));
        }
        return List.copyOf(all);
    }
}
