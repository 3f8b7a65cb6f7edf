package dev.suffice.server.http;

/** What a client sent, made fit to be told back in a message. */
public final class Excerpt {
    private static final int LENGTH = 60;
    private static final int MESSAGE = 600;

    private Excerpt() {}

    /** The beginning, without control characters. */
    public static String of(String text) {
        return cut(text, LENGTH);
    }

    /** The same of a message that quotes what a client sent. */
    public static String longer(String message) {
        return cut(message, MESSAGE);
    }

    private static String cut(String text, int length) {
        var shown = new StringBuilder();
        text.codePoints()
                .limit(length)
                .map(c -> Character.isISOControl(c) || (c >= 0xd800 && c <= 0xdfff) ? 0xfffd : c)
                .forEach(shown::appendCodePoint);
        return text.codePointCount(0, text.length()) > length ? shown + "..." : shown.toString();
    }
}
