package dev.suffice.classify;

import dev.suffice.core.InvalidRequestException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a classifier says of a text. */
public enum Task {
    /** One of several labels. */
    LABEL,
    /** A number: regression. */
    NUMBER,
    /** One of several labels for every token. */
    TOKENS;

    /** As files name it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The task of a name.
     *
     * @throws InvalidRequestException if there is none of that name
     */
    public static Task of(String name) {
        return Arrays.stream(values())
                .filter(task -> task.text().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException("task %s: must be one of %s"
                        .formatted(name, Arrays.stream(values()).map(Task::text).collect(Collectors.joining(", ")))));
    }
}
