package dev.suffice.language.constrain;

/** White space between the parts of a JSON document. Bounded, so that a model cannot write blanks without an end. */
public enum Whitespace {
    /** None. */
    COMPACT,
    /** At most one blank or line end wherever JSON allows white space, but none after the document. */
    SINGLE;

    Part part() {
        return switch (this) {
            case COMPACT -> Part.NOTHING;
            case SINGLE -> Part.optional(Part.oneOf(" \n"));
        };
    }
}
