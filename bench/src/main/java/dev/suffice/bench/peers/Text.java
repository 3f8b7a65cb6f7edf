package dev.suffice.bench.peers;

import dev.suffice.bench.Interval;
import dev.suffice.bench.Spread;
import java.util.Locale;
import java.util.Optional;

/** Numbers as tables have them. */
final class Text {
    private Text() {}

    /** Seconds, in three digits at least. */
    static String seconds(Optional<Spread> seconds) {
        return seconds.map(one ->
                        String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", one.median(), one.minimum(), one.maximum()))
                .orElse("");
    }

    /** Seconds as milliseconds. */
    static String milliseconds(Optional<Spread> seconds) {
        return seconds.map(
                        one -> new Spread(1000 * one.minimum(), 1000 * one.median(), 1000 * one.maximum()).toString())
                .orElse("");
    }

    static String interval(Optional<Interval> ratio) {
        return ratio.map(Interval::toString).orElse("");
    }
}
