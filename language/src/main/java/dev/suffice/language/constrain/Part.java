package dev.suffice.language.constrain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A set of byte strings, written down. */
sealed interface Part {
    /** Stands for any number in {@link Repeat}. */
    int UNBOUNDED = -1;

    /** The empty string. */
    Part NOTHING = new Sequence(List.of());

    /** No string at all. */
    Part NEVER = new Choice(List.of());

    /** One byte of a range, 0 to 255. */
    record Bytes(int low, int high) implements Part {}

    /** One part after the other. */
    record Sequence(List<Part> parts) implements Part {}

    /** Any one of them. */
    record Choice(List<Part> alternatives) implements Part {}

    /** {@code least} to {@code most} times the same, or {@link #UNBOUNDED}. */
    record Repeat(Part part, int least, int most) implements Part {}

    /** What a rule stands for; rules can name themselves. */
    record Call(String rule) implements Part {}

    /**
     * Items in their order with separators between those that are there, as in JSON's objects and arrays. It is a part of its own so that each item is built
     * once, whether it comes first or later.
     *
     * @param rest any number of these after the items
     * @param trailer what follows unless there was no item at all
     */
    record Listing(List<Item> items, Part separator, Optional<Part> rest, Part trailer) implements Part {}

    /**
     * An item of a listing.
     *
     * @param skippable whether it may be left out and later ones follow
     * @param mayEndBefore whether the listing may end before it
     */
    record Item(Part part, boolean skippable, boolean mayEndBefore) {}

    static Part sequence(Part... parts) {
        return new Sequence(List.of(parts));
    }

    static Part choice(Part... alternatives) {
        return new Choice(List.of(alternatives));
    }

    static Part optional(Part part) {
        return new Repeat(part, 0, 1);
    }

    static Part any(Part part) {
        return new Repeat(part, 0, UNBOUNDED);
    }

    /** A text in UTF-8. */
    static Part text(String text) {
        var bytes = new ArrayList<Part>();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(new Bytes(b & 0xff, b & 0xff));
        }
        return new Sequence(bytes);
    }

    /** One of the bytes of an ASCII text. */
    static Part oneOf(String bytes) {
        return new Choice(bytes.chars().mapToObj(b -> (Part) new Bytes(b, b)).toList());
    }

    /** {@code least} to {@code most} decimal digits. */
    static Part digits(int least, int most) {
        return new Repeat(new Bytes('0', '9'), least, most);
    }
}
