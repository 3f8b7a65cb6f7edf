package dev.suffice.train.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes and reads safetensors files: eight bytes with the length of a JSON header, the header padded with spaces to a multiple of
 * eight bytes, then the tensors' bytes, little-endian, without gaps.
 *
 * @see <a href="https://github.com/huggingface/safetensors">the format</a>
 */
public final class Safetensors {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long LARGEST_HEADER = 100_000_000;

    private Safetensors() {}

    /** How values are stored. */
    public enum Type {
        /** 32-bit floats. */
        F32(4),
        /** IEEE half precision. */
        F16(2);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /** A tensor to be written; its values are asked for when it is their turn. */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    public record Entry(String name, Type type, long[] shape, Supplier<float[]> values) {
        long count() {
            return Arrays.stream(shape).reduce(1, Math::multiplyExact);
        }
    }

    /** The content of a file: tensors widened to 32-bit floats, and the metadata. */
    public record Content(Map<String, Values> tensors, Map<String, String> metadata) {
        /** The tensor of that name. @throws IOException if the file has none */
        public Values tensor(String name) throws IOException {
            Values values = tensors.get(name);
            if (values == null) {
                throw new IOException("tensor " + name + ": not in the file, which has " + tensors.keySet());
            }
            return values;
        }
    }

    /** One tensor read. */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    public record Values(long[] shape, float[] values) {}

    /** Writes all tensors in the order given, atomically. */
    public static void write(Path target, Map<String, String> metadata, List<Entry> entries) throws IOException {
        var header = JSON.createObjectNode();
        var meta = header.putObject("__metadata__");
        metadata.forEach(meta::put);
        long offset = 0;
        for (Entry entry : entries) {
            var node = header.putObject(entry.name());
            node.put("dtype", entry.type().name());
            var shape = node.putArray("shape");
            for (long side : entry.shape()) {
                shape.add(side);
            }
            long end = offset + entry.count() * entry.type().bytes;
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(padded).put(json);
        while (start.hasRemaining()) {
            start.put((byte) ' ');
        }
        start.flip();
        AtomicFile.write(target, partial -> {
            try (var channel = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                drain(channel, start);
                for (Entry entry : entries) {
                    drain(channel, encode(entry));
                }
                channel.force(true);
            }
        });
    }

    private static ByteBuffer encode(Entry entry) {
        float[] values = entry.values().get();
        if (values.length != entry.count()) {
            throw new IllegalArgumentException("tensor " + entry.name() + ": " + values.length + " values for shape "
                    + Arrays.toString(entry.shape()));
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, entry.type().bytes))
                .order(ByteOrder.LITTLE_ENDIAN);
        switch (entry.type()) {
            case F32 -> bytes.asFloatBuffer().put(values);
            case F16 -> {
                var shorts = bytes.asShortBuffer();
                for (float value : values) {
                    shorts.put(Float.floatToFloat16(value));
                }
            }
        }
        return bytes;
    }

    private static void drain(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Reads a whole file. @throws IOException if it is not a safetensors file with F32 or F16 tensors */
    public static Content read(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < 8) {
                throw new IOException(path + ": " + size + " bytes, too short for a safetensors file");
            }
            long headerLength = fill(channel, 0, 8).getLong();
            if (headerLength < 2 || headerLength > Math.min(LARGEST_HEADER, size - 8)) {
                throw new IOException(path + ": header of " + headerLength + " bytes in a file of " + size);
            }
            JsonNode header = JSON.readTree(fill(channel, 8, (int) headerLength).array());
            var tensors = new LinkedHashMap<String, Values>();
            var metadata = new LinkedHashMap<String, String>();
            for (var property : header.properties()) {
                if (property.getKey().equals("__metadata__")) {
                    property.getValue()
                            .properties()
                            .forEach(m -> metadata.put(m.getKey(), m.getValue().asString()));
                } else {
                    tensors.put(
                            property.getKey(),
                            tensor(path, channel, property.getKey(), property.getValue(), 8 + headerLength));
                }
            }
            return new Content(tensors, metadata);
        }
    }

    private static Values tensor(Path path, FileChannel channel, String name, JsonNode node, long dataStart)
            throws IOException {
        String dtype = node.path("dtype").asString("");
        Type type = Arrays.stream(Type.values())
                .filter(t -> t.name().equals(dtype))
                .findFirst()
                .orElseThrow(
                        () -> new IOException(path + ": tensor " + name + ": type " + dtype + ", expected F32 or F16"));
        long[] shape = new long[node.path("shape").size()];
        long count = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = node.path("shape").path(i).asLong(-1);
            count = shape[i] < 0 ? -1 : Math.multiplyExact(count, shape[i]);
        }
        long begin = node.path("data_offsets").path(0).asLong(-1);
        long end = node.path("data_offsets").path(1).asLong(-1);
        if (begin < 0 || end > channel.size() - dataStart || count < 0 || end - begin != count * type.bytes) {
            throw new IOException(path + ": tensor " + name + ": bytes " + begin + " to " + end + " do not hold shape "
                    + Arrays.toString(shape) + " in " + type + " within the file");
        }
        ByteBuffer bytes = fill(channel, dataStart + begin, Math.toIntExact(end - begin));
        float[] values = new float[Math.toIntExact(count)];
        switch (type) {
            case F32 -> bytes.asFloatBuffer().get(values);
            case F16 -> {
                var shorts = bytes.asShortBuffer();
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.float16ToFloat(shorts.get(i));
                }
            }
        }
        return new Values(shape, values);
    }

    private static ByteBuffer fill(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException(
                        "file ends at " + (position + buffer.position()) + ", expected " + (position + length));
            }
        }
        return buffer.flip();
    }
}
