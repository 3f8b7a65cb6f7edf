package dev.suffice.models.gguf;

import dev.suffice.engine.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Makes small GGUF files for tests, in memory. */
public final class GgufWriter {
    private static final int ALIGNMENT = 32;

    /** Grows as it is written. */
    static final class Bytes {
        private ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

        private ByteBuffer room(int bytes) {
            if (buffer.remaining() < bytes) {
                buffer = ByteBuffer.allocate(2 * buffer.capacity() + bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(buffer.flip());
            }
            return buffer;
        }

        Bytes int8(int value) {
            room(1).put((byte) value);
            return this;
        }

        Bytes int32(int value) {
            room(Integer.BYTES).putInt(value);
            return this;
        }

        Bytes int64(long value) {
            room(Long.BYTES).putLong(value);
            return this;
        }

        Bytes float32(float value) {
            room(Float.BYTES).putFloat(value);
            return this;
        }

        Bytes text(String value) {
            return text(value.getBytes(StandardCharsets.UTF_8));
        }

        Bytes text(byte[] value) {
            return int64(value.length).raw(value);
        }

        Bytes raw(byte[] value) {
            room(value.length).put(value);
            return this;
        }

        Bytes align() {
            while (buffer.position() % ALIGNMENT != 0) {
                int8(0);
            }
            return this;
        }

        byte[] toArray() {
            return java.util.Arrays.copyOf(buffer.array(), buffer.position());
        }
    }

    private final int version;
    private final Bytes pairs = new Bytes();
    private final Bytes directory = new Bytes();
    private final Bytes data = new Bytes();
    private int pairCount;
    private int tensorCount;

    /** Of version 3. */
    public GgufWriter() {
        this(3);
    }

    GgufWriter(int version) {
        this.version = version;
    }

    /** A value of any type, written by the caller. */
    GgufWriter raw(String key, ValueType type, Consumer<Bytes> value) {
        value.accept(pairs.text(key).int32(type.id()));
        pairCount++;
        return this;
    }

    /** A list of any type, written by the caller. */
    GgufWriter rawList(String key, ValueType type, long count, Consumer<Bytes> values) {
        return raw(
                key,
                ValueType.LIST,
                bytes -> values.accept(bytes.int32(type.id()).int64(count)));
    }

    /** A text. */
    public GgufWriter text(String key, String value) {
        return raw(key, ValueType.TEXT, bytes -> bytes.text(value));
    }

    /** A whole number of 32 bits. */
    public GgufWriter whole(String key, int value) {
        return raw(key, ValueType.UINT32, bytes -> bytes.int32(value));
    }

    /** A number in single precision. */
    public GgufWriter number(String key, float value) {
        return raw(key, ValueType.FLOAT32, bytes -> bytes.float32(value));
    }

    /** True or false. */
    public GgufWriter flag(String key, boolean value) {
        return raw(key, ValueType.BOOL, bytes -> bytes.int8(value ? 1 : 0));
    }

    /** A list of texts. */
    public GgufWriter texts(String key, List<String> values) {
        return rawList(key, ValueType.TEXT, values.size(), bytes -> values.forEach(bytes::text));
    }

    /** A list of whole numbers of 32 bits. */
    public GgufWriter wholes(String key, List<Integer> values) {
        return rawList(key, ValueType.INT32, values.size(), bytes -> values.forEach(bytes::int32));
    }

    /** A list of numbers in single precision. */
    public GgufWriter numbers(String key, List<Float> values) {
        return rawList(key, ValueType.FLOAT32, values.size(), bytes -> values.forEach(bytes::float32));
    }

    /** A tensor. */
    public GgufWriter tensor(String name, GgufType type, Shape shape, byte[] content) {
        var sizes = shape.toArray();
        var dimensions = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            dimensions[i] = sizes[sizes.length - 1 - i];
        }
        return tensor(name, type.id(), dimensions, content);
    }

    GgufWriter tensor(String name, int type, long[] dimensions, byte[] content) {
        directory.text(name).int32(dimensions.length);
        for (var size : dimensions) {
            directory.int64(size);
        }
        directory.int32(type).int64(data.toArray().length);
        data.raw(content).align();
        tensorCount++;
        return this;
    }

    /** The whole file. */
    public byte[] toBytes() {
        return new Bytes()
                .int32(0x46554747)
                .int32(version)
                .int64(tensorCount)
                .int64(pairCount)
                .raw(pairs.toArray())
                .raw(directory.toArray())
                .align()
                .raw(data.toArray())
                .toArray();
    }

    /** Writes the file. */
    public Path write(Path path) throws IOException {
        return Files.write(path, toBytes());
    }
}
