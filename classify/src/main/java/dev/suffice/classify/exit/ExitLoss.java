package dev.suffice.classify.exit;

import dev.suffice.core.InvalidRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is lost by leaving early, for one text between 0 and 1. */
public enum ExitLoss {
    /** The answer is not that of the whole model. For labels of tokens the share of tokens; for numbers the difference, as a share of the range of those that were learned, 1 at most. */
    AGREEMENT,
    /** The answer is wrong, and that of the whole model is right. For numbers, how much farther it is from the truth, as such a share. Needs texts with labels. */
    ACCURACY;

    /** As options name it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The names of all. */
    public static List<String> names() {
        return Arrays.stream(values()).map(ExitLoss::text).toList();
    }

    /**
     * The loss of a name.
     *
     * @throws InvalidRequestException if there is none of that name
     */
    public static ExitLoss of(String name) {
        return Arrays.stream(values())
                .filter(loss -> loss.text().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException(
                        "loss %s: must be one of %s".formatted(name, String.join(", ", names()))));
    }
}
