package dev.suffice.models.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the regular files of a tar archive (POSIX ustar and pax, GNU long names) one after the other. Links, folders and devices are
 * passed over.
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int LONGEST_EXTENSION = 1 << 20;

    private final InputStream stream;
    private long left;
    private long padding;

    TarReader(InputStream stream) {
        this.stream = stream;
    }

    /**
     * A regular file.
     *
     * @param name its path in the archive; not to be trusted
     * @param size in bytes
     */
    record Entry(String name, long size) {}

    /**
     * Goes to the next regular file.
     *
     * @return empty at the archive's end
     */
    Optional<Entry> next() throws IOException {
        String longName = null;
        while (true) {
            stream.skipNBytes(left + padding);
            left = 0;
            padding = 0;
            var header = stream.readNBytes(BLOCK);
            if (header.length < BLOCK || header[0] == 0) {
                return Optional.empty();
            }
            long size = octal(header, 124, 12);
            left = size;
            padding = (BLOCK - size % BLOCK) % BLOCK;
            var type = (char) header[156];
            if (type == 'L' || type == 'x') {
                var extension = extension(size);
                longName = type == 'L' ? text(extension, 0, extension.length) : paxPath(extension, longName);
            } else if (type == '0' || type == 0) {
                return Optional.of(new Entry(longName == null ? name(header) : longName, size));
            } else if (type != 'g') {
                longName = null;
            }
        }
    }

    /** The content of the file that {@link #next} came to. */
    InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                if (left == 0) {
                    return -1;
                }
                int read = stream.read(bytes, from, (int) Math.min(length, left));
                left -= Math.max(0, read);
                return read;
            }
        };
    }

    private byte[] extension(long size) throws IOException {
        if (size > LONGEST_EXTENSION) {
            throw new ZipException("tar entry with a name of %d bytes".formatted(size));
        }
        var bytes = stream.readNBytes((int) size);
        left = 0;
        return bytes;
    }

    /** Records of a pax header are {@code length key=value\n}. */
    private static @Nullable String paxPath(byte[] extension, @Nullable String otherwise) {
        for (var line : new String(extension, StandardCharsets.UTF_8).split("\n")) {
            if (line.matches("[0-9]+ path=.*")) {
                return line.substring(line.indexOf('=') + 1);
            }
        }
        return otherwise;
    }

    private static String name(byte[] header) {
        var prefix = text(header, 345, 155);
        var name = text(header, 0, 100);
        var posix = text(header, 257, 5).equals("ustar") && header[262] == 0;
        return posix && !prefix.isEmpty() ? prefix + "/" + name : name;
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private static long octal(byte[] header, int from, int length) throws IOException {
        if ((header[from] & 0x80) != 0) { // GNU: a binary number, where 11 octal digits do not suffice
            long value = header[from] & 0x7f;
            for (int i = from + 1; i < from + length; i++) {
                if (value > Long.MAX_VALUE >> 9) {
                    throw new ZipException("tar entry with a size that cannot be");
                }
                value = value << 8 | (header[i] & 0xff);
            }
            return value;
        }
        var digits = text(header, from, length).strip();
        if (!digits.matches("[0-7]{0,12}")) {
            throw new ZipException("tar entry with a size that is no number; damaged");
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }
}
