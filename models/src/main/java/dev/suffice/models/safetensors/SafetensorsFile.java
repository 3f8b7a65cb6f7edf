package dev.suffice.models.safetensors;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.file.FileRange;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A safetensors file whose header has been read and checked. Holds no file open; immutable.
 *
 * <p>Checked before anything of the file's own size is allocated: header length, JSON, names, types, shapes, and that
 * the tensors' ranges fill the rest of the file without gap or overlap.
 */
public final class SafetensorsFile {
    /** The longest header accepted, in bytes; the format's own limit. */
    public static final long MAX_HEADER_LENGTH = 100_000_000;

    private static final String METADATA = "__metadata__";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path path;
    private final Map<String, StoredTensor> tensors;
    private final Map<String, String> metadata;

    private SafetensorsFile(Path path, Map<String, StoredTensor> tensors, Map<String, String> metadata) {
        this.path = path;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.metadata = Map.copyOf(metadata);
    }

    /**
     * Reads and checks the header.
     *
     * @throws ModelException if the file is missing, truncated or not what the format allows
     */
    public static SafetensorsFile read(Path path) {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(path, channel);
        } catch (NoSuchFileException e) {
            throw new ModelException("%s: no such file".formatted(path), e);
        } catch (IOException e) {
            throw new ModelException("%s: cannot be read: %s".formatted(path, e.getMessage()), e);
        }
    }

    /** Where it lies. */
    public Path path() {
        return path;
    }

    /** The tensors by name, in the order of the header. */
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    /** The free text entries of the header. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The tensor of that name. */
    public Optional<StoredTensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /**
     * Maps a tensor's bytes read-only.
     *
     * @param tensor one of a safetensors file
     * @param arena when it closes, the mapping ends
     * @throws ModelException if the file can no longer be read or has become shorter
     */
    public static MemorySegment map(StoredTensor tensor, Arena arena) {
        return FileRange.map(tensor.file(), tensor.name(), tensor.offset(), tensor.length(), arena);
    }

    private static SafetensorsFile read(Path path, FileChannel channel) throws IOException {
        var size = channel.size();
        if (size < Long.BYTES) {
            throw new ModelException(
                    "%s: %d bytes: a safetensors file starts with 8 bytes of header length; copy or download it again"
                            .formatted(path, size));
        }
        var headerLength = readFully(channel, 0, Long.BYTES).getLong();
        if (headerLength < 0 || headerLength > MAX_HEADER_LENGTH) {
            throw new ModelException(
                    "%s: header length %s: must be at most %d bytes; not a safetensors file, or damaged"
                            .formatted(path, Long.toUnsignedString(headerLength), MAX_HEADER_LENGTH));
        }
        if (headerLength > size - Long.BYTES) {
            throw new ModelException(
                    "%s: header length %d: the file has only %d bytes after it; truncated, copy or download it again"
                            .formatted(path, headerLength, size - Long.BYTES));
        }
        var header =
                parse(path, readFully(channel, Long.BYTES, (int) headerLength).array());
        var dataStart = Long.BYTES + headerLength;
        var tensors = new LinkedHashMap<String, StoredTensor>();
        var metadata = new LinkedHashMap<String, String>();
        for (var entry : header.properties()) {
            if (entry.getKey().equals(METADATA)) {
                entry.getValue()
                        .properties()
                        .forEach(text ->
                                metadata.put(text.getKey(), text.getValue().asString("")));
            } else {
                tensors.put(entry.getKey(), tensor(path, entry.getKey(), entry.getValue(), dataStart, size));
            }
        }
        checkRanges(path, tensors, dataStart, size);
        return new SafetensorsFile(path, tensors, metadata);
    }

    private static ByteBuffer readFully(FileChannel channel, long position, int length) throws IOException {
        var buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("ends at byte %d".formatted(position + buffer.position()));
            }
        }
        return buffer.flip();
    }

    private static JsonNode parse(Path path, byte[] header) {
        try {
            var node = JSON.readTree(header);
            if (!node.isObject()) {
                throw new ModelException(
                        "%s: header: must be a JSON object; not a safetensors file, or damaged".formatted(path));
            }
            return node;
        } catch (JacksonException e) {
            throw new ModelException(
                    "%s: header: not valid JSON: %s; not a safetensors file, or damaged"
                            .formatted(path, e.getOriginalMessage()),
                    e);
        }
    }

    private static StoredTensor tensor(Path path, String name, JsonNode entry, long dataStart, long size) {
        var type = type(path, name, entry.path("dtype").asString(""));
        var shape = shape(path, name, entry.path("shape"));
        var offsets = entry.path("data_offsets");
        if (!offsets.isArray() || offsets.size() != 2 || !isLong(offsets.get(0)) || !isLong(offsets.get(1))) {
            throw new ModelException(
                    "%s: tensor %s: data_offsets %s: must be [begin, end]".formatted(path, name, offsets));
        }
        var begin = offsets.get(0).longValue();
        var end = offsets.get(1).longValue();
        if (begin < 0 || end < begin || end > size - dataStart) {
            throw new ModelException(
                    "%s: tensor %s: bytes %d to %d: the file has %d bytes of data; truncated, copy or download it again"
                            .formatted(path, name, begin, end, size - dataStart));
        }
        var expected = bytes(path, name, type, shape);
        if (end - begin != expected) {
            throw new ModelException("%s: tensor %s: %d bytes: %s %s needs %d"
                    .formatted(path, name, end - begin, type, shape, expected));
        }
        return new StoredTensor(name, type, shape, path, dataStart + begin, expected);
    }

    private static ElementType type(Path path, String name, String dtype) {
        return switch (dtype) {
            case "F64" -> ElementType.FLOAT64;
            case "F32" -> ElementType.FLOAT32;
            case "F16" -> ElementType.FLOAT16;
            case "BF16" -> ElementType.BFLOAT16;
            case "F8_E4M3" -> ElementType.FLOAT8_E4M3;
            case "F8_E5M2" -> ElementType.FLOAT8_E5M2;
            case "I64" -> ElementType.INT64;
            case "I32" -> ElementType.INT32;
            case "I16" -> ElementType.INT16;
            case "I8" -> ElementType.INT8;
            case "U64" -> ElementType.UINT64;
            case "U32" -> ElementType.UINT32;
            case "U16" -> ElementType.UINT16;
            case "U8" -> ElementType.UINT8;
            case "BOOL" -> ElementType.BOOL;
            default ->
                throw new ModelException(
                        ("%s: tensor %s: dtype %s: must be one of F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8,"
                                        + " U64, U32, U16, U8, BOOL")
                                .formatted(path, name, dtype.isEmpty() ? "missing" : dtype));
        };
    }

    private static Shape shape(Path path, String name, JsonNode node) {
        var sizes = new ArrayList<Long>();
        for (var size : node) {
            if (!isLong(size) || size.longValue() < 0) {
                throw new ModelException("%s: tensor %s: shape %s: sizes must be whole numbers of at least 0"
                        .formatted(path, name, node));
            }
            sizes.add(size.longValue());
        }
        if (!node.isArray()) {
            throw new ModelException("%s: tensor %s: shape missing: must be a list of sizes".formatted(path, name));
        }
        var array = sizes.stream().mapToLong(Long::longValue).toArray();
        try {
            return Shape.of(array);
        } catch (ArithmeticException e) {
            throw new ModelException(
                    "%s: tensor %s: shape %s: more elements than can be counted"
                            .formatted(path, name, Arrays.toString(array)),
                    e);
        }
    }

    private static long bytes(Path path, String name, ElementType type, Shape shape) {
        try {
            return Math.multiplyExact(shape.elements(), (long) type.byteSize());
        } catch (ArithmeticException e) {
            throw new ModelException(
                    "%s: tensor %s: shape %s: more bytes than can be counted".formatted(path, name, shape), e);
        }
    }

    private static boolean isLong(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong();
    }

    /** The ranges have to follow each other from the first to the last byte of the data. */
    private static void checkRanges(Path path, Map<String, StoredTensor> tensors, long dataStart, long size) {
        var ordered = tensors.values().stream()
                .sorted(Comparator.comparingLong(StoredTensor::offset).thenComparingLong(StoredTensor::length))
                .toList();
        var position = dataStart;
        var previous = "the header";
        for (var tensor : ordered) {
            if (tensor.offset() < position) {
                throw new ModelException("%s: tensor %s: overlaps %s by %d bytes; damaged"
                        .formatted(path, tensor.name(), previous, position - tensor.offset()));
            }
            if (tensor.offset() > position) {
                throw new ModelException("%s: tensor %s: %d bytes between it and %s belong to no tensor; damaged"
                        .formatted(path, tensor.name(), tensor.offset() - position, previous));
            }
            position += tensor.length();
            previous = tensor.name();
        }
        if (position != size) {
            throw new ModelException(
                    "%s: %d bytes after the last tensor belong to no tensor; damaged".formatted(path, size - position));
        }
    }
}
