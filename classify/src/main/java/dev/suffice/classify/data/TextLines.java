package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The lines of a stream of UTF-8, one after the other: only one is in memory, each is of limited length, and what is not UTF-8 is refused with the line's number.
 */
final class TextLines {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String source;
    private final InputStream in;
    private final int most;
    private byte[] line = new byte[256];
    private int number;

    /**
     * @param source name for messages
     * @param most bytes of a line
     */
    TextLines(String source, InputStream in, int most) {
        this.source = source;
        this.in = new BufferedInputStream(in, 1 << 16);
        this.most = most;
    }

    /** Name for messages. */
    String source() {
        return source;
    }

    /** Number of the line read last, from 1. */
    int number() {
        return number;
    }

    /** The next line without its end, or empty after the last one. */
    Optional<String> next() throws IOException {
        int length = 0;
        int read = in.read();
        if (read < 0) {
            return Optional.empty();
        }
        number++;
        while (read >= 0 && read != '\n') {
            if (length == most) {
                throw failure("longer than %d bytes; is it a text file with one text a line?".formatted(most));
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, Math.min(most, 2 * length));
            }
            line[length++] = (byte) read;
            read = in.read();
        }
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        var text = decoded(length);
        return Optional.of(number == 1 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    }

    private String decoded(int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw failure("not text in UTF-8; convert the file");
        }
    }

    /** A failure at the line read last. */
    InvalidRequestException failure(String what) {
        return failure(number, what);
    }

    /** What is wrong with what a line has. */
    InvalidRequestException failure(int at, InvalidRequestException cause) {
        return new InvalidRequestException("%s, line %d: %s".formatted(source, at, cause.getMessage()));
    }

    /** A failure at a line. */
    InvalidRequestException failure(int at, String what) {
        return new InvalidRequestException("%s, line %d: %s".formatted(source, at, what));
    }
}
