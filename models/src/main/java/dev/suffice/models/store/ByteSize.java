package dev.suffice.models.store;

import java.util.Locale;

/** Sizes as people read them: decimal units, one digit after the point. */
public final class ByteSize {
    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    private ByteSize() {}

    /**
     * A size.
     *
     * @param bytes at least 0
     * @return e.g. {@code 98.4 MB}
     */
    public static String text(long bytes) {
        if (bytes < 1000) {
            return bytes + " bytes";
        }
        double value = bytes / 1000.0;
        int unit = 0;
        while (value >= 999.95 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }
}
