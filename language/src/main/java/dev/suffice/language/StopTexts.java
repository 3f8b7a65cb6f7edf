package dev.suffice.language;

import java.util.List;

/** Holds back text that may become one of the texts that end an answer. Not thread-safe. */
final class StopTexts {
    private final List<String> stops;
    private String held = "";
    private boolean stopped;

    /**
     * Looks for texts.
     *
     * @param stops none empty
     */
    StopTexts(List<String> stops) {
        this.stops = stops;
    }

    /** Whether one was found. */
    boolean stopped() {
        return stopped;
    }

    /** Takes text. @return what is certain not to belong to a stop text, up to one that is complete */
    String accept(String text) {
        if (stopped) {
            return "";
        }
        held += text;
        int first = -1;
        for (var stop : stops) {
            int at = held.indexOf(stop);
            first = at >= 0 && (first < 0 || at < first) ? at : first;
        }
        if (first >= 0) {
            stopped = true;
            var given = held.substring(0, first);
            held = "";
            return given;
        }
        int kept = 0;
        for (var stop : stops) {
            for (int n = Math.min(stop.length() - 1, held.length()); n > kept; n--) {
                if (held.endsWith(stop.substring(0, n))) {
                    kept = n;
                }
            }
        }
        var given = held.substring(0, held.length() - kept);
        held = held.substring(held.length() - kept);
        return given;
    }

    /** The text has ended. @return what was held back */
    String flush() {
        var rest = held;
        held = "";
        return rest;
    }
}
