package dev.suffice.server.gallery;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names of jobs and images: a prefix, the time (UTC, milliseconds) and fifty random bits. In the order of their making they are in the
 * order of the alphabet; nobody guesses them. Thread-safe.
 */
public final class Ids {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssSSS").withZone(ZoneOffset.UTC);
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int RANDOM = 10;

    private final SecureRandom random = new SecureRandom();
    private final AtomicLong last = new AtomicLong();
    private final Clock clock;

    /** Names by that clock. */
    public Ids(Clock clock) {
        this.clock = clock;
    }

    /** A new name. */
    public String next(String prefix) {
        var time = last.updateAndGet(previous -> Math.max(previous + 1, clock.millis()));
        var name = new StringBuilder(prefix)
                .append('-')
                .append(TIME.format(Instant.ofEpochMilli(time)))
                .append('-');
        for (int i = 0; i < RANDOM; i++) {
            name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return name.toString();
    }

    /** Whether that is a name of this kind. */
    static boolean is(String prefix, String name) {
        return name.startsWith(prefix + "-") && name.substring(prefix.length()).matches("-[0-9]{17}-[a-z2-7]{10}");
    }

    /** When a name was given. */
    static Instant time(String prefix, String name) {
        var from = prefix.length() + 1;
        // the pattern cannot parse its own milliseconds without a separator on every JDK: they are taken apart
        var text = name.substring(from, from + 17);
        return Instant.parse("%s-%s-%sT%s:%s:%s.%sZ"
                .formatted(
                        text.substring(0, 4),
                        text.substring(4, 6),
                        text.substring(6, 8),
                        text.substring(8, 10),
                        text.substring(10, 12),
                        text.substring(12, 14),
                        text.substring(14, 17)));
    }
}
