package dev.suffice.engine.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Writes the protobuf wire format: a message is a sequence of (field number, wire type, value). Only what ONNX needs. Not thread-safe.
 */
public final class ProtoWriter {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private byte[] buffer = new byte[256];
    private int size;

    /** A number, or a truth value as 0 or 1. */
    public ProtoWriter number(int field, long value) {
        varint(((long) field << 3) | VARINT);
        varint(value);
        return this;
    }

    /** A 32-bit float. */
    public ProtoWriter real(int field, float value) {
        varint(((long) field << 3) | FIXED32);
        var bits = Float.floatToRawIntBits(value);
        reserve(Integer.BYTES);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            buffer[size++] = (byte) (bits >>> shift);
        }
        return this;
    }

    /** A text. */
    public ProtoWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes. */
    public ProtoWriter bytes(int field, byte[] value) {
        return bytes(field, value, value.length);
    }

    /** Bytes from position to limit. */
    public ProtoWriter bytes(int field, ByteBuffer value) {
        var copy = new byte[value.remaining()];
        value.duplicate().get(copy);
        return bytes(field, copy);
    }

    /** A message within this one. */
    public ProtoWriter message(int field, Consumer<ProtoWriter> content) {
        var nested = new ProtoWriter();
        content.accept(nested);
        return bytes(field, nested.buffer, nested.size);
    }

    /** Fields as they are written elsewhere, with their tags. */
    public ProtoWriter fields(MemorySegment written) {
        int length = Math.toIntExact(written.byteSize());
        reserve(length);
        MemorySegment.copy(written, ValueLayout.JAVA_BYTE, 0, buffer, size, length);
        size += length;
        return this;
    }

    /** The message. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    private ProtoWriter bytes(int field, byte[] value, int length) {
        varint(((long) field << 3) | LENGTH_DELIMITED);
        varint(length);
        reserve(length);
        System.arraycopy(value, 0, buffer, size, length);
        size += length;
        return this;
    }

    private void varint(long value) {
        reserve(10);
        var rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[size++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
    }

    private void reserve(int bytes) {
        if (buffer.length - size < bytes) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, bytes)));
        }
    }
}
