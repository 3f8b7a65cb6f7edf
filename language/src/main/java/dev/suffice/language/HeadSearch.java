package dev.suffice.language;

import java.nio.file.Path;

/**
 * Which head is to be opened with a model, if there is one for it.
 *
 * @param folder of folders where it is looked for; may be missing
 * @param kind what it is
 */
public record HeadSearch(Path folder, Kind kind) {
    /** Kinds of heads. */
    public enum Kind {
        /** A {@link dev.suffice.models.decoder.DraftHead}, for {@link SelfDrafter}. */
        DRAFT,
        /** An {@link dev.suffice.models.decoder.ExitHead}, for {@link ExitDrafter}. */
        EXIT
    }

    /** A draft head. */
    public static HeadSearch draft(Path folder) {
        return new HeadSearch(folder, Kind.DRAFT);
    }

    /** An exit head. */
    public static HeadSearch exit(Path folder) {
        return new HeadSearch(folder, Kind.EXIT);
    }
}
