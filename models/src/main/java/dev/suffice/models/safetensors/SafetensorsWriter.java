package dev.suffice.models.safetensors;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a safetensors file: declare every tensor, then {@link #write} asks for their bytes one by one, so that the
 * file may be larger than the heap. Not thread-safe.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final int CHUNK = 1 << 20;

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private record Entry(ElementType type, Shape shape, Content content) {
        long bytes() {
            return Math.multiplyExact(shape.elements(), (long) type.byteSize());
        }
    }

    /** Gives a tensor's bytes in order, little-endian. */
    @FunctionalInterface
    public interface Content {
        /**
         * Fills the buffer, which holds a whole number of elements, to its limit.
         *
         * @param firstElement index of the element that the buffer starts with
         * @param buffer to fill from position to limit
         */
        void fill(long firstElement, ByteBuffer buffer);
    }

    /** A free text entry of the header. */
    public SafetensorsWriter metadata(String key, String text) {
        metadata.put(key, text);
        return this;
    }

    /**
     * A tensor whose bytes are asked for when the file is written.
     *
     * @throws IllegalArgumentException if there is one of that name already
     */
    public SafetensorsWriter tensor(String name, ElementType type, Shape shape, Content content) {
        if (entries.putIfAbsent(name, new Entry(type, shape, content)) != null) {
            throw new IllegalArgumentException("tensor %s: declared twice".formatted(name));
        }
        return this;
    }

    /**
     * A FLOAT32 tensor.
     *
     * @throws IllegalArgumentException if the count does not fit the shape, or there is one of that name already
     */
    public SafetensorsWriter tensor(String name, Shape shape, float[] values) {
        if (values.length != shape.elements()) {
            throw new IllegalArgumentException(
                    "tensor %s: %d values for shape %s".formatted(name, values.length, shape));
        }
        return tensor(name, ElementType.FLOAT32, shape, (first, buffer) -> {
            for (int i = (int) first; buffer.hasRemaining(); i++) {
                buffer.putFloat(values[i]);
            }
        });
    }

    /**
     * An INT32 tensor.
     *
     * @throws IllegalArgumentException if the count does not fit the shape, or there is one of that name already
     */
    public SafetensorsWriter tensor(String name, Shape shape, int[] values) {
        if (values.length != shape.elements()) {
            throw new IllegalArgumentException(
                    "tensor %s: %d values for shape %s".formatted(name, values.length, shape));
        }
        return tensor(name, ElementType.INT32, shape, (first, buffer) -> {
            for (int i = (int) first; buffer.hasRemaining(); i++) {
                buffer.putInt(values[i]);
            }
        });
    }

    /**
     * A tensor as it lies in another file.
     *
     * @param data its bytes, mapped until the file is written
     * @throws IllegalArgumentException if there is one of that name already
     */
    public SafetensorsWriter copy(StoredTensor tensor, MemorySegment data) {
        int size = tensor.type().byteSize();
        return tensor(
                tensor.name(),
                tensor.type(),
                tensor.shape(),
                (first, buffer) -> buffer.put(
                        data.asSlice(first * size, buffer.remaining()).asByteBuffer()));
    }

    /**
     * Writes the file; on failure nothing is left at the path that was not there before.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path path) throws IOException {
        var folder = path.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("%s: not a file's path".formatted(path));
        }
        // Not a temporary file of the platform's, which nobody else may read.
        var partial = folder.resolve(".partial-%s.safetensors".formatted(UUID.randomUUID()));
        try {
            try (var channel = FileChannel.open(partial, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                writeHeader(channel);
                var buffer = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
                for (var entry : entries.values()) {
                    writeTensor(channel, buffer, entry);
                }
            }
            Files.move(partial, path, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private void writeHeader(FileChannel channel) throws IOException {
        var json = JsonMapper.shared().createObjectNode();
        if (!metadata.isEmpty()) {
            var texts = json.putObject("__metadata__");
            metadata.forEach(texts::put);
        }
        long offset = 0;
        for (var named : entries.entrySet()) {
            var entry = named.getValue();
            var tensor = json.putObject(named.getKey()).put("dtype", dtype(entry.type()));
            var shape = tensor.putArray("shape");
            for (var size : entry.shape().toArray()) {
                shape.add(size);
            }
            tensor.putArray("data_offsets").add(offset).add(offset + entry.bytes());
            offset += entry.bytes();
        }
        var text = json.toString().getBytes(StandardCharsets.UTF_8);
        var padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        var header = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(text);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        writeFully(channel, header.flip());
    }

    private static void writeTensor(FileChannel channel, ByteBuffer buffer, Entry entry) throws IOException {
        var size = entry.type().byteSize();
        long perChunk = buffer.capacity() / size;
        for (long first = 0; first < entry.shape().elements(); first += perChunk) {
            var count = Math.min(perChunk, entry.shape().elements() - first);
            buffer.clear().limit((int) (count * size));
            entry.content().fill(first, buffer);
            writeFully(channel, buffer.flip());
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static String dtype(ElementType type) {
        return switch (type) {
            case FLOAT64 -> "F64";
            case FLOAT32 -> "F32";
            case FLOAT16 -> "F16";
            case BFLOAT16 -> "BF16";
            case FLOAT8_E4M3 -> "F8_E4M3";
            case FLOAT8_E5M2 -> "F8_E5M2";
            case INT64 -> "I64";
            case INT32 -> "I32";
            case INT16 -> "I16";
            case INT8 -> "I8";
            case UINT64 -> "U64";
            case UINT32 -> "U32";
            case UINT16 -> "U16";
            case UINT8 -> "U8";
            case BOOL -> "BOOL";
        };
    }
}
