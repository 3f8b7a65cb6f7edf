package dev.suffice.models.gguf;

import dev.suffice.models.ModelException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Reads the values of a file one after the other. Every length is compared with what is left of the file before
 * anything is allocated. Not thread-safe.
 */
final class GgufReader {
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The longest name, in bytes; the format's limit for keys. */
    static final int MAX_NAME = 65_535;

    private static final int MAX_DEPTH = 4;

    private final Path path;
    private final MemorySegment file;
    private long position;

    GgufReader(Path path, MemorySegment file) {
        this.path = path;
        this.file = file;
    }

    long position() {
        return position;
    }

    int int32(String what) {
        return file.get(PlainBlocks.INT, skip(Integer.BYTES, what));
    }

    long int64(String what) {
        return file.get(LONG, skip(Long.BYTES, what));
    }

    /**
     * How many things follow.
     *
     * @param bytes that one of them takes at least
     */
    long count(String what, int bytes) {
        var count = int64(what);
        if (count < 0 || count > left() / bytes) {
            throw new ModelException(
                    "%s: %s: %s of them cannot be in the %d bytes that follow; truncated or damaged, copy or download it again"
                            .formatted(path, what, Long.toUnsignedString(count), left()));
        }
        return count;
    }

    /** The name of a key or a tensor: a text of 1 to {@value #MAX_NAME} bytes. */
    String name(String what) {
        var length = count(what, 1);
        if (length == 0 || length > MAX_NAME) {
            throw new ModelException(
                    "%s: %s: a name of %d bytes: must have 1 to %d; damaged".formatted(path, what, length, MAX_NAME));
        }
        return text(what, length);
    }

    GgufValue value(String key) {
        var type = type(key);
        return switch (type) {
            case TEXT -> new GgufValue.Text(text(key, textLength(key)));
            case LIST -> list(key);
            default -> new GgufValue.Numbers(checked(key, type, 1), copy(type.bytes(), key), 1, false);
        };
    }

    private GgufValue list(String key) {
        var type = type(key);
        var count = (int) Math.min(count(key, type.bytes()), Integer.MAX_VALUE);
        if ((long) count * type.bytes() > Integer.MAX_VALUE - Long.BYTES) {
            throw new ModelException(
                    "%s: %s: a list of %d entries: must have less than 2 GiB".formatted(path, key, count));
        }
        return switch (type) {
            case TEXT -> new GgufValue.Texts(texts(key, count));
            case LIST -> {
                for (int i = 0; i < count; i++) {
                    skipList(key, 2);
                }
                yield new GgufValue.Nested();
            }
            default ->
                new GgufValue.Numbers(checked(key, type, count), copy((long) count * type.bytes(), key), count, true);
        };
    }

    private void skipList(String key, int depth) {
        if (depth > MAX_DEPTH) {
            throw new ModelException("%s: %s: lists in lists, more than %d deep: not supported; damaged?"
                    .formatted(path, key, MAX_DEPTH));
        }
        var type = type(key);
        var count = count(key, type.bytes());
        switch (type) {
            case TEXT -> {
                for (long i = 0; i < count; i++) {
                    var length = textLength(key);
                    skip(length, key);
                }
            }
            case LIST -> {
                for (long i = 0; i < count; i++) {
                    skipList(key, depth + 1);
                }
            }
            default -> {
                skip(count * type.bytes(), key);
            }
        }
    }

    /** First measures, then copies. */
    private TextList texts(String key, int count) {
        var start = position;
        for (int i = 0; i < count; i++) {
            var length = textLength(key);
            skip(length, key);
        }
        var total = position - start - (long) count * Long.BYTES;
        if (total > Integer.MAX_VALUE - Long.BYTES) {
            throw new ModelException("%s: %s: %d bytes of texts: must be less than 2 GiB".formatted(path, key, total));
        }
        var bytes = new byte[(int) total];
        var ends = new int[count];
        position = start;
        int end = 0;
        for (int i = 0; i < count; i++) {
            var length = (int) textLength(key);
            MemorySegment.copy(file, ValueLayout.JAVA_BYTE, skip(length, key), bytes, end, length);
            end += length;
            ends[i] = end;
        }
        return new TextList("%s: %s".formatted(path, key), bytes, ends);
    }

    private ValueType type(String key) {
        var id = int32(key);
        return ValueType.of(id)
                .orElseThrow(
                        () -> new ModelException("%s: %s: value type %s: must be 0 to 12; damaged, or of a newer format"
                                .formatted(path, key, Integer.toUnsignedString(id))));
    }

    /** A flag that is neither 0 nor 1 shows that what was read is something else. */
    private ValueType checked(String key, ValueType type, int count) {
        if (type == ValueType.BOOL) {
            for (long i = 0; i < Math.min(count, left()); i++) {
                var flag = file.get(ValueLayout.JAVA_BYTE, position + i);
                if (flag != 0 && flag != 1) {
                    throw new ModelException("%s: %s: flag %d: must be 0 or 1; damaged".formatted(path, key, flag));
                }
            }
        }
        return type;
    }

    private long textLength(String key) {
        var length = int64(key);
        if (length < 0 || length > left()) {
            throw new ModelException(
                    "%s: %s: a text of %s bytes: the file has %d more; truncated or damaged, copy or download it again"
                            .formatted(path, key, Long.toUnsignedString(length), left()));
        }
        return length;
    }

    private String text(String what, long length) {
        if (length > Integer.MAX_VALUE - Long.BYTES) {
            throw new ModelException(
                    "%s: %s: a text of %d bytes: must be less than 2 GiB".formatted(path, what, length));
        }
        var bytes = new byte[(int) length];
        MemorySegment.copy(file, ValueLayout.JAVA_BYTE, skip(length, what), bytes, 0, bytes.length);
        return TextList.decode("%s: %s".formatted(path, what), bytes, 0, bytes.length);
    }

    private MemorySegment copy(long length, String what) {
        var bytes = new byte[(int) length];
        MemorySegment.copy(file, ValueLayout.JAVA_BYTE, skip(length, what), bytes, 0, bytes.length);
        return MemorySegment.ofArray(bytes).asReadOnly();
    }

    /** Goes on by so many bytes. */
    private long skip(long bytes, String what) {
        if (bytes > left()) {
            throw new ModelException(
                    "%s: %s: ends after byte %d, where %d more are needed; truncated, copy or download it again"
                            .formatted(path, what, file.byteSize(), bytes - left()));
        }
        var start = position;
        position += bytes;
        return start;
    }

    private long left() {
        return file.byteSize() - position;
    }
}
