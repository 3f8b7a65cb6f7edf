package dev.suffice.engine.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads a message of the protobuf wire format, field by field. Every length is compared with what is left of the message before anything is read or allocated. Not thread-safe.
 */
public final class ProtoReader {
    /** Wire type of numbers. */
    public static final int VARINT = 0;

    /** Wire type of eight bytes. */
    public static final int FIXED64 = 1;

    /** Wire type of texts, bytes, messages and packed lists. */
    public static final int BYTES = 2;

    /** Wire type of four bytes. */
    public static final int FIXED32 = 5;

    /** The longest name that is made a text, in bytes. */
    private static final int MAX_TEXT = 65_535;

    private final String name;
    private final MemorySegment file;
    private final long end;
    private long position;
    private long fieldStart;
    private int field;
    private int wireType;

    /**
     * Reads a message.
     *
     * @param name of the file, for messages
     * @param file all of it
     * @param start of the message
     * @param end behind its last byte; within the file
     */
    public ProtoReader(String name, MemorySegment file, long start, long end) {
        this.name = name;
        this.file = file;
        this.position = start;
        this.end = end;
    }

    /** Goes to the next field; the value of the one before must have been read or skipped. */
    public boolean next() {
        if (position == end) {
            return false;
        }
        fieldStart = position;
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        if (field < 1 || tag >>> 3 > (1 << 29)) {
            throw damaged("field %d".formatted(tag >>> 3));
        }
        return true;
    }

    /** Number of the field. */
    public int field() {
        return field;
    }

    /** How its value is written. */
    public int wireType() {
        return wireType;
    }

    /** A number. */
    public long number() {
        expect(VARINT);
        return varint();
    }

    /** Where the bytes of the field begin; they are skipped. */
    public Range bytes() {
        expect(BYTES);
        long length = varint();
        if (length < 0 || length > end - position) {
            throw damaged("%s bytes".formatted(Long.toUnsignedString(length)));
        }
        var range = new Range(position, length);
        position += length;
        return range;
    }

    /** All of the field that was read or skipped last, its tag included. */
    public MemorySegment whole() {
        return file.asSlice(fieldStart, position - fieldStart);
    }

    /**
     * A part of the file.
     *
     * @param start of its first byte
     * @param length in bytes
     */
    public record Range(long start, long length) {}

    /** Where the bytes of the field are, in place. */
    public MemorySegment data() {
        var range = bytes();
        return file.asSlice(range.start(), range.length());
    }

    /** A message within this one. */
    public ProtoReader message() {
        var range = bytes();
        return new ProtoReader(name, file, range.start(), range.start() + range.length());
    }

    /** A text of at most 64 kB. */
    public String text() {
        var range = bytes();
        if (range.length() > MAX_TEXT) {
            throw damaged("a name of %d bytes".formatted(range.length()));
        }
        return new String(
                file.asSlice(range.start(), range.length()).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /** Goes past the value. */
    public void skip() {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> advance(Long.BYTES);
            case BYTES -> bytes();
            case FIXED32 -> advance(Integer.BYTES);
            default -> throw damaged("wire type %d".formatted(wireType));
        }
    }

    /** Whether nothing is left of the message. */
    private boolean atEnd() {
        return position == end;
    }

    /**
     * Numbers of a list, of which a field has one, or several in a row.
     *
     * @param most that the list may have
     */
    public void numbers(List<Long> into, int most) {
        if (wireType == VARINT) {
            into.add(number());
        } else {
            var packed = message();
            while (!packed.atEnd() && into.size() <= most) {
                into.add(packed.varint());
            }
        }
        if (into.size() > most) {
            throw damaged("a list of more than %d numbers".formatted(most));
        }
    }

    /** A number without a tag, of a packed list. */
    private long varint() {
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

    /** What to throw if something is there that must not be. */
    public ProtoException damaged(String what) {
        return new ProtoException("%s: byte %d: %s cannot be there; truncated, damaged or not an ONNX model"
                .formatted(name, position, what));
    }
}
