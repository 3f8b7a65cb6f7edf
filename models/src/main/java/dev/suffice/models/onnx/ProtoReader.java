package dev.suffice.models.onnx;

import dev.suffice.models.ModelException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads a message of the protobuf wire format, field by field. Every length is compared with what is left of the message before anything is read or allocated. Not thread-safe.
 */
final class ProtoReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    /** The longest name that is made a text, in bytes. */
    private static final int MAX_TEXT = 65_535;

    private final Path path;
    private final MemorySegment file;
    private final long end;
    private long position;
    private int field;
    private int wireType;

    /**
     * Reads a message.
     *
     * @param file all of it
     * @param start of the message
     * @param end behind its last byte; within the file
     */
    ProtoReader(Path path, MemorySegment file, long start, long end) {
        this.path = path;
        this.file = file;
        this.position = start;
        this.end = end;
    }

    /** Goes to the next field; the value of the one before must have been read or skipped. */
    boolean next() {
        if (position == end) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        if (field < 1 || tag >>> 3 > (1 << 29)) {
            throw damaged("field %d".formatted(tag >>> 3));
        }
        return true;
    }

    int field() {
        return field;
    }

    int wireType() {
        return wireType;
    }

    long number() {
        expect(VARINT);
        return varint();
    }

    /** Where the bytes of the field begin; they are skipped. */
    Range bytes() {
        expect(BYTES);
        long length = varint();
        if (length < 0 || length > end - position) {
            throw damaged("%s bytes".formatted(Long.toUnsignedString(length)));
        }
        var range = new Range(position, length);
        position += length;
        return range;
    }

    /** A part of the file. */
    record Range(long start, long length) {}

    ProtoReader message() {
        var range = bytes();
        return new ProtoReader(path, file, range.start(), range.start() + range.length());
    }

    String text() {
        var range = bytes();
        if (range.length() > MAX_TEXT) {
            throw damaged("a name of %d bytes".formatted(range.length()));
        }
        return new String(
                file.asSlice(range.start(), range.length()).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    void skip() {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> advance(Long.BYTES);
            case BYTES -> bytes();
            case FIXED32 -> advance(Integer.BYTES);
            default -> throw damaged("wire type %d".formatted(wireType));
        }
    }

    boolean atEnd() {
        return position == end;
    }

    /** A number without a tag, of a packed list. */
    long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (position >= end) {
                throw damaged("a number");
            }
            byte next = file.get(ValueLayout.JAVA_BYTE, position++);
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw damaged("a number of more than ten bytes");
    }

    private void advance(long bytes) {
        if (bytes > end - position) {
            throw damaged("%d bytes".formatted(bytes));
        }
        position += bytes;
    }

    private void expect(int type) {
        if (wireType != type) {
            throw damaged("field %d of wire type %d instead of %d".formatted(field, wireType, type));
        }
    }

    ModelException damaged(String what) {
        return new ModelException("%s: byte %d: %s cannot be there; truncated, damaged or not an ONNX model"
                .formatted(path, position, what));
    }
}
