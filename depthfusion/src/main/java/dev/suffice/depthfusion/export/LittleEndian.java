package dev.suffice.depthfusion.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes of a known number, written one after the other. */
final class LittleEndian {
    private final byte[] bytes;
    private final ByteBuffer buffer;

    LittleEndian(int length) {
        bytes = new byte[length];
        buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    LittleEndian u8(int value) {
        buffer.put((byte) value);
        return this;
    }

    LittleEndian i16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    LittleEndian i32(int value) {
        buffer.putInt(value);
        return this;
    }

    LittleEndian i64(long value) {
        buffer.putLong(value);
        return this;
    }

    LittleEndian f32(double value) {
        buffer.putFloat((float) value);
        return this;
    }

    LittleEndian f32(float[] values) {
        for (var value : values) {
            buffer.putFloat(value);
        }
        return this;
    }

    LittleEndian raw(byte[] values) {
        buffer.put(values);
        return this;
    }

    /** Fills up to a multiple of four. */
    LittleEndian padded(int filler) {
        while (buffer.position() % 4 != 0) {
            buffer.put((byte) filler);
        }
        return this;
    }

    /** All of them; the array is not copied. */
    byte[] bytes() {
        if (buffer.hasRemaining()) {
            throw new IllegalStateException("%d bytes are missing".formatted(buffer.remaining()));
        }
        return bytes;
    }
}
