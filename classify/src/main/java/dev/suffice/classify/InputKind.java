package dev.suffice.classify;

import dev.suffice.core.InvalidRequestException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a classifier reads at a time. */
public enum InputKind {
    /** One text. */
    SINGLE,
    /** Two texts. */
    PAIR,
    /** Nobody says: one text or two, as they come. */
    ANY;

    /** As files name it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What one input is. */
    public static InputKind of(TextInput input) {
        return input.pair().isPresent() ? PAIR : SINGLE;
    }

    /** Whether it is the kind of an input. */
    public boolean accepts(TextInput input) {
        return this == ANY || this == of(input);
    }

    /**
     * The kind of a name.
     *
     * @throws InvalidRequestException if there is none of that name
     */
    public static InputKind of(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.text().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException("input %s: must be one of %s"
                        .formatted(
                                name,
                                Arrays.stream(values()).map(InputKind::text).collect(Collectors.joining(", ")))));
    }
}
