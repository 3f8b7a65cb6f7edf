package dev.suffice.models.gguf;

import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.file.FileRange;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A GGUF file of version 2 or 3, little-endian, whose metadata and tensor directory have been read and checked. Holds
 * no file open and nothing mapped; immutable.
 *
 * <p>Checked before anything of the file's own size is allocated: every count and length, value types, names that occur
 * twice, tensor types, dimensions and their product, alignment, and that each tensor lies inside the file and overlaps
 * no other.
 */
public final class GgufFile {
    private static final int MAGIC = 0x46554747;
    private static final String ALIGNMENT = "general.alignment";
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final int MIN_ALIGNMENT = 8;
    private static final int MAX_ALIGNMENT = 1 << 20;
    private static final int MAX_RANK = 4;
    /** A key's length, one byte of it, its type, one byte of value. */
    private static final int MIN_PAIR = 14;
    /** A name's length, one byte of it, the rank, the type, the offset. */
    private static final int MIN_TENSOR = 25;

    private final Path path;
    private final int version;
    private final GgufMetadata metadata;
    private final Map<String, GgufTensor> tensors;

    private GgufFile(Path path, int version, GgufMetadata metadata, Map<String, GgufTensor> tensors) {
        this.path = path;
        this.version = version;
        this.metadata = metadata;
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * Reads and checks everything but the tensors' bytes.
     *
     * @throws ModelException if the file is missing, truncated or not what the format allows
     */
    public static GgufFile read(Path path) {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ);
                var arena = Arena.ofConfined()) {
            return read(path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
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

    /** The version of the format, 2 or 3. */
    public int version() {
        return version;
    }

    /** The keys and values. */
    public GgufMetadata metadata() {
        return metadata;
    }

    /** The tensors by name, in the order of the file. */
    public Map<String, GgufTensor> tensors() {
        return tensors;
    }

    /** The tensor of that name. */
    public Optional<GgufTensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /**
     * The tensor of that name.
     *
     * @param shape row-major, what the metadata make of it
     * @throws ModelException if it is missing or has another shape
     */
    public GgufTensor require(String name, Shape shape) {
        var tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelException(
                    "%s: tensor %s: missing; the metadata ask for one of shape %s".formatted(path, name, shape));
        }
        if (!tensor.shape().equals(shape)) {
            throw new ModelException(
                    "%s: tensor %s: shape %s: the metadata ask for %s".formatted(path, name, tensor.shape(), shape));
        }
        return tensor;
    }

    /**
     * Maps a tensor's bytes read-only.
     *
     * @param tensor one of a GGUF file
     * @param arena when it closes, the mapping ends
     * @throws ModelException if the file can no longer be read or has become shorter
     */
    public static MemorySegment map(GgufTensor tensor, Arena arena) {
        return FileRange.map(tensor.file(), tensor.name(), tensor.offset(), tensor.length(), arena);
    }

    private static GgufFile read(Path path, MemorySegment file) {
        var reader = new GgufReader(path, file);
        var version = version(path, reader, file.byteSize());
        var tensorCount = reader.count("number of tensors", MIN_TENSOR);
        var pairCount = reader.count("number of keys", MIN_PAIR);
        var values = new LinkedHashMap<String, GgufValue>();
        for (long i = 0; i < pairCount; i++) {
            var key = reader.name("key %d".formatted(i));
            if (values.containsKey(key)) {
                throw new ModelException("%s: %s: occurs twice; damaged".formatted(path, key));
            }
            values.put(key, reader.value(key));
        }
        var metadata = new GgufMetadata(path, values);
        var tensors = new LinkedHashMap<String, GgufTensor>();
        for (long i = 0; i < tensorCount; i++) {
            var tensor = tensor(path, reader, reader.name("tensor %d".formatted(i)));
            if (tensors.put(tensor.name(), tensor) != null) {
                throw new ModelException("%s: tensor %s: occurs twice; damaged".formatted(path, tensor.name()));
            }
        }
        place(path, tensors, reader.position(), alignment(metadata), file.byteSize());
        return new GgufFile(path, version, metadata, tensors);
    }

    private static int version(Path path, GgufReader reader, long size) {
        if (size < 2 * Integer.BYTES) {
            throw new ModelException(
                    "%s: %d bytes: a GGUF file starts with 8 bytes of magic number and version; copy or download it again"
                            .formatted(path, size));
        }
        if (reader.int32("magic number") != MAGIC) {
            throw new ModelException(
                    "%s: does not start with \"GGUF\": not a GGUF file, or one from before GGUF; convert the model again"
                            .formatted(path));
        }
        var version = reader.int32("version");
        if (version == Integer.reverseBytes(2) || version == Integer.reverseBytes(3)) {
            throw new ModelException(
                    "%s: big-endian: must be little-endian; convert the model again for this byte order"
                            .formatted(path));
        }
        if (version != 2 && version != 3) {
            throw new ModelException("%s: GGUF version %s: must be 2 or 3; convert the model again"
                    .formatted(path, Integer.toUnsignedString(version)));
        }
        return version;
    }

    /** With the offset as in the file, from the start of the data. */
    private static GgufTensor tensor(Path path, GgufReader reader, String name) {
        var what = "tensor " + name;
        var rank = reader.int32(what);
        if (rank < 0 || rank > MAX_RANK) {
            throw new ModelException("%s: tensor %s: %s dimensions: must have at most %d; damaged"
                    .formatted(path, name, Integer.toUnsignedString(rank), MAX_RANK));
        }
        var sizes = new long[rank];
        for (int i = rank - 1; i >= 0; i--) {
            sizes[i] = reader.int64(what);
            if (sizes[i] < 0) {
                throw new ModelException("%s: tensor %s: a dimension of %s: more than can be counted; damaged"
                        .formatted(path, name, Long.toUnsignedString(sizes[i])));
            }
        }
        var id = reader.int32(what);
        var type = GgufType.of(id)
                .orElseThrow(() -> new ModelException(
                        "%s: tensor %s: type %s: not known; damaged, or of a newer format; take a file whose tensors are of %s"
                                .formatted(path, name, Integer.toUnsignedString(id), GgufType.decodable())));
        var row = rank == 0 ? 1 : sizes[rank - 1];
        if (row % type.blockSize() != 0) {
            throw new ModelException("%s: tensor %s: rows of %d numbers: %s has blocks of %d; damaged"
                    .formatted(path, name, row, type, type.blockSize()));
        }
        try {
            var shape = Shape.of(sizes);
            var length = Math.multiplyExact(shape.elements() / type.blockSize(), (long) type.blockBytes());
            return new GgufTensor(name, type, shape, path, reader.int64(what), length);
        } catch (ArithmeticException e) {
            throw new ModelException(
                    "%s: tensor %s: shape %s: more bytes than can be counted; damaged"
                            .formatted(path, name, Arrays.toString(sizes)),
                    e);
        }
    }

    private static int alignment(GgufMetadata metadata) {
        var alignment = metadata.whole(ALIGNMENT, DEFAULT_ALIGNMENT);
        if (alignment < MIN_ALIGNMENT || alignment > MAX_ALIGNMENT || Long.bitCount(alignment) != 1) {
            throw metadata.unsupported(
                    ALIGNMENT, "a power of two between %d and %d".formatted(MIN_ALIGNMENT, MAX_ALIGNMENT));
        }
        return (int) alignment;
    }

    /** Makes the offsets count from the start of the file. */
    private static void place(Path path, Map<String, GgufTensor> tensors, long headerEnd, int alignment, long size) {
        var start = (headerEnd + alignment - 1) / alignment * alignment;
        for (var entry : tensors.entrySet()) {
            var tensor = entry.getValue();
            var offset = tensor.offset();
            if (offset < 0 || start > size || offset > size - start || tensor.length() > size - start - offset) {
                throw new ModelException(
                        "%s: tensor %s: %d bytes at %s of the data, of which the file has %d; truncated, copy or download it again"
                                .formatted(
                                        path,
                                        tensor.name(),
                                        tensor.length(),
                                        Long.toUnsignedString(offset),
                                        Math.max(0, size - start)));
            }
            if (offset % alignment != 0) {
                throw new ModelException("%s: tensor %s: at byte %d of the data: must be a multiple of %d (%s); damaged"
                        .formatted(path, tensor.name(), offset, alignment, ALIGNMENT));
            }
            entry.setValue(new GgufTensor(
                    tensor.name(), tensor.type(), tensor.shape(), path, start + offset, tensor.length()));
        }
        var ordered = tensors.values().stream()
                .sorted(Comparator.comparingLong(GgufTensor::offset).thenComparingLong(GgufTensor::length))
                .toList();
        for (int i = 1; i < ordered.size(); i++) {
            var before = ordered.get(i - 1);
            var overlap = before.offset() + before.length() - ordered.get(i).offset();
            if (overlap > 0) {
                throw new ModelException("%s: tensor %s: overlaps %s by %d bytes; damaged"
                        .formatted(path, ordered.get(i).name(), before.name(), overlap));
            }
        }
    }
}
