package dev.suffice.classify.data;

import java.io.IOException;
import java.io.Reader;

/** The lines as a stream of characters, for a parser that wants one. Every line ends with a line feed. */
final class LinesReader extends Reader {
    private final TextLines lines;
    private String line = "";
    private int position;

    LinesReader(TextLines lines) {
        this.lines = lines;
    }

    @Override
    public int read(char[] into, int offset, int length) throws IOException {
        if (position == line.length()) {
            var next = lines.next();
            if (next.isEmpty()) {
                return -1;
            }
            line = next.get() + "\n";
            position = 0;
        }
        int copied = Math.min(length, line.length() - position);
        line.getChars(position, position + copied, into, offset);
        position += copied;
        return copied;
    }

    @Override
    public void close() {}
}
