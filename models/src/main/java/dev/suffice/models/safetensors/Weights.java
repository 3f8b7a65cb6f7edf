package dev.suffice.models.safetensors;

import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

/** The tensors of a model component, in one safetensors file or in several. Immutable. */
public final class Weights {
    /** File names without extension, in order of preference. */
    private static final List<String> NAMES =
            List.of("diffusion_pytorch_model", "model", "diffusion_pytorch_model.fp16", "model.fp16");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path folder;
    private final String source;
    private final Map<String, StoredTensor> tensors;

    private Weights(Path folder, String source, Map<String, StoredTensor> tensors) {
        this.folder = folder;
        this.source = source;
        this.tensors = tensors;
    }

    /**
     * The weights in a component's folder: {@code diffusion_pytorch_model.safetensors} or {@code model.safetensors},
     * whole or sharded, otherwise their {@code .fp16} variant.
     *
     * @throws ModelException if there are none, or a file is damaged
     */
    public static Weights open(Path folder) {
        for (var name : NAMES) {
            var index = folder.resolve(indexName(name));
            if (Files.isRegularFile(index)) {
                return sharded(folder, index);
            }
            var single = folder.resolve(name + ".safetensors");
            if (Files.isRegularFile(single)) {
                return of(SafetensorsFile.read(single));
            }
        }
        throw new ModelException(
                "%s: no weights: expected %s; other formats (.bin, .ckpt) have to be saved as safetensors"
                        .formatted(
                                folder,
                                NAMES.stream()
                                        .map(name -> name + ".safetensors")
                                        .collect(Collectors.joining(" or "))));
    }

    /** Whether a folder has weights that {@link #open} would find. */
    public static boolean present(Path folder) {
        return NAMES.stream()
                .anyMatch(name -> Files.isRegularFile(folder.resolve(indexName(name)))
                        || Files.isRegularFile(folder.resolve(name + ".safetensors")));
    }

    /** The tensors of one file. */
    public static Weights of(SafetensorsFile file) {
        var parent = file.path().toAbsolutePath().getParent();
        if (parent == null) {
            throw new ModelException("%s: not a file".formatted(file.path()));
        }
        return new Weights(parent, file.path().toString(), new LinkedHashMap<>(file.tensors()));
    }

    /** The folder that the files lie in. */
    public Path folder() {
        return folder;
    }

    /** Whether there is a tensor of that name. */
    public boolean contains(String name) {
        return tensors.containsKey(name);
    }

    /** Sum of the tensors' bytes. */
    public long byteSize() {
        return tensors.values().stream().mapToLong(StoredTensor::length).sum();
    }

    /** All tensors by name. */
    public Map<String, StoredTensor> tensors() {
        return Map.copyOf(tensors);
    }

    /** The tensor of that name. */
    public Optional<StoredTensor> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /**
     * The tensor of that name.
     *
     * @param shape what the model's configuration makes of it
     * @throws ModelException if it is missing or has another shape; axes of size 1 at the end do not count
     */
    public StoredTensor require(String name, Shape shape) {
        var tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelException(
                    "%s: tensor %s: missing; config.json asks for one of shape %s".formatted(source, name, shape));
        }
        if (!Arrays.equals(withoutTrailingOnes(tensor.shape()), withoutTrailingOnes(shape))) {
            throw new ModelException("%s: tensor %s: shape %s: config.json asks for %s; do the two belong together?"
                    .formatted(tensor.file(), name, tensor.shape(), shape));
        }
        return tensor;
    }

    private static long[] withoutTrailingOnes(Shape shape) {
        int rank = shape.rank();
        while (rank > 0 && shape.size(rank - 1) == 1) {
            rank--;
        }
        return Arrays.copyOf(shape.toArray(), rank);
    }

    private static String indexName(String name) {
        return name.endsWith(".fp16")
                ? name.substring(0, name.length() - ".fp16".length()) + ".safetensors.index.fp16.json"
                : name + ".safetensors.index.json";
    }

    private static Weights sharded(Path folder, Path index) {
        var files = new HashMap<String, SafetensorsFile>();
        var tensors = new LinkedHashMap<String, StoredTensor>();
        try {
            var map = JSON.readTree(index.toFile()).path("weight_map");
            if (!map.isObject()) {
                throw new ModelException("%s: weight_map missing: must map tensors to files".formatted(index));
            }
            for (var entry : map.properties()) {
                var shard = entry.getValue().asString("");
                if (shard.isEmpty() || !Path.of(shard).equals(Path.of(shard).getFileName())) {
                    throw new ModelException("%s: tensor %s: file %s: must be a file of the same folder"
                            .formatted(index, entry.getKey(), entry.getValue()));
                }
                var file = files.computeIfAbsent(shard, name -> SafetensorsFile.read(folder.resolve(name)));
                tensors.put(
                        entry.getKey(),
                        file.tensor(entry.getKey())
                                .orElseThrow(
                                        () -> new ModelException("%s: tensor %s: missing; %s says it is in this file"
                                                .formatted(file.path(), entry.getKey(), index.getFileName()))));
            }
        } catch (JacksonException e) {
            throw new ModelException("%s: not valid JSON: %s".formatted(index, e.getOriginalMessage()), e);
        }
        return new Weights(folder.toAbsolutePath(), index.toString(), tensors);
    }
}
