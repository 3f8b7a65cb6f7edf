package dev.suffice.models.gguf;

import dev.suffice.core.Cancellation;
import dev.suffice.core.SufficeException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.NewFolder;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.quantise.BlockQuantiser;
import dev.suffice.models.quantise.ChannelQuantiser;
import dev.suffice.models.quantise.JoinedRows;
import dev.suffice.models.quantise.MatrixRows;
import dev.suffice.models.quantise.NativeScratch;
import dev.suffice.models.quantise.ResidualStream;
import dev.suffice.models.quantise.RotatedColumns;
import dev.suffice.models.quantise.RotatedRows;
import dev.suffice.models.quantise.Rotation;
import dev.suffice.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.LongUnaryOperator;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a language model in a GGUF file into a folder that {@link dev.suffice.models.decoder.Decoders} opens: {@code config.json}, and weights in the blocks that
 * the engine computes with. Q4_0 and Q8_0 stay as they are, to the last bit; everything else becomes 8 bits in blocks of 64, which adds to the error of these types a
 * small part of what they have. With these formats the engine's kernels give each row of a pass what they give it alone, to the last bit. Queries, keys and values become
 * one matrix where the family allows that.
 *
 * <p>Where a family normalises the vectors between its layers before each part and nowhere else, and its matrices are of those others, the vectors are {@link Rotation rotated}, which
 * takes their outliers away, and matrices that read them get one scale for each row ({@link ChannelQuantiser}).
 */
public final class GgufImport {
    private static final BlockFormat FOUR = new BlockFormat(4, 32);
    private static final BlockFormat EIGHT = new BlockFormat(8, 32);
    private static final BlockFormat OTHERS = new BlockFormat(8, 64);

    /** Architectures whose queries and keys are not normalised by heads. */
    private static final Set<String> JOINED = Set.of("llama", "qwen2");

    private static final List<String> JOINED_PARTS = List.of(".attn_q.", ".attn_k.", ".attn_v.");

    /** Architectures that normalise before each part of a layer, by a root mean square, and nowhere else. */
    private static final Set<String> ROTATABLE = Set.of("llama", "qwen2", "qwen3", "smollm3", "phi3");

    private static final Set<String> INTERLEAVED = Set.of("llama", "smollm3");
    private static final Pattern QUERY_OR_KEY = Pattern.compile("blk\\.\\d+\\.attn_[qk]\\.(weight|bias)");

    private final GgufFile file;
    private final GgufConfig config;
    private final BiFunction<String, GgufTensor, Optional<BlockFormat>> formats;
    private final Cancellation cancellation;

    /** What the vectors between layers are turned by; empty if they are not. */
    private final Optional<Rotation> rotation;

    private GgufImport(
            GgufFile file,
            BiFunction<String, GgufTensor, Optional<BlockFormat>> formats,
            boolean rotated,
            Cancellation cancellation) {
        this.file = file;
        this.config = new GgufConfig(file);
        this.formats = formats;
        this.cancellation = cancellation;
        this.rotation = rotated && isRotatable() ? Rotation.of(config.hidden()) : Optional.empty();
    }

    private boolean isRotatable() {
        return ROTATABLE.contains(config.architecture())
                && file.tensors().entrySet().stream()
                        .filter(entry -> GgufNames.isWeight(entry.getKey())
                                && ResidualStream.normBefore(target(entry.getKey()))
                                        .isPresent())
                        .allMatch(entry -> switch (entry.getValue().type()) {
                            case Q4_0, Q8_0 -> false;
                            default -> true;
                        });
    }

    /**
     * Writes the folder; it is there complete or not at all.
     *
     * @param folder to be made; one that is there already is replaced
     * @throws ModelException if the file holds no language model of a known architecture
     * @throws SufficeException if the folder cannot be written
     */
    public static void write(GgufFile file, Path folder) {
        var whole = new GgufImport(file, (_, tensor) -> Optional.of(nearest(tensor)), true, new Cancellation());
        var json = whole.config.json();
        if (whole.rotation.isPresent()) {
            OTHERS.mark(json);
            json.withObject(BlockFormat.MARK).put(ResidualStream.ROTATED, true);
            json.put("tie_word_embeddings", false);
        }
        whole.write(folder, json, _ -> {});
    }

    /**
     * Writes a folder of a file whose matrices are not quantised, with tokenizer and chat template; it is there complete or not at all.
     *
     * @param folder to be made; one that is there already is replaced
     * @param format of every matrix; where its blocks do not divide a row, the largest that do
     * @throws ModelException if the file holds no language model of a known architecture, or one that is quantised already
     * @throws SufficeException if the folder cannot be written
     * @throws dev.suffice.core.CancelledException if cancelled; nothing is left of the folder
     */
    public static void quantise(GgufFile file, Path folder, BlockFormat format, Cancellation cancellation) {
        var whole = new GgufImport(
                file, (name, tensor) -> Optional.of(original(tensor, format.of(name))), false, cancellation);
        var json = whole.config.json();
        format.mark(json);
        whole.write(folder, json, temporary -> GgufTokenizer.write(file, temporary));
    }

    /**
     * Writes a folder of a file with every number in FLOAT32, with tokenizer and chat template; it is there complete or not at all. It is as large as that sounds.
     *
     * @param folder to be made; one that is there already is replaced
     * @throws ModelException if the file holds no language model of a known architecture
     * @throws SufficeException if the folder cannot be written
     * @throws dev.suffice.core.CancelledException if cancelled; nothing is left of the folder
     */
    public static void unpack(GgufFile file, Path folder, Cancellation cancellation) {
        var whole = new GgufImport(file, (_, _) -> Optional.empty(), false, cancellation);
        whole.write(folder, whole.config.json(), temporary -> GgufTokenizer.write(file, temporary));
    }

    private static BlockFormat nearest(GgufTensor tensor) {
        return switch (tensor.type()) {
            case Q4_0 -> FOUR;
            case Q8_0 -> EIGHT;
            default -> OTHERS.fitting(Math.toIntExact(tensor.rowSize()));
        };
    }

    private static BlockFormat original(GgufTensor tensor, BlockFormat format) {
        return switch (tensor.type()) {
            case F32, F16, BF16 -> format.fitting(Math.toIntExact(tensor.rowSize()));
            default ->
                throw new ModelException(
                        "%s: tensor %s: %s: is quantised already; take the model with its original weights, in F32, F16 or BF16"
                                .formatted(tensor.file(), tensor.name(), tensor.type()));
        };
    }

    private void write(Path folder, ObjectNode json, NewFolder.Content more) {
        try (var arena = Arena.ofConfined();
                var scratch = new NativeScratch()) {
            NewFolder.write(folder, temporary -> {
                weights(arena, scratch).write(temporary.resolve("model.safetensors"));
                Files.writeString(
                        temporary.resolve("config.json"),
                        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
                more.write(temporary);
            });
        } catch (IOException e) {
            throw new SufficeException(
                    "%s: cannot be written from %s: %s; is the disk full?"
                            .formatted(folder, file.path(), e.getMessage()),
                    e);
        }
    }

    private SafetensorsWriter weights(Arena arena, NativeScratch scratch) {
        var writer = new SafetensorsWriter();
        for (var entry : new TreeMap<>(file.tensors()).entrySet()) {
            var name = entry.getKey();
            var tensor = entry.getValue();
            if (!GgufNames.isWeight(name)) {
                continue;
            }
            int rank = tensor.shape().rank();
            if (rank != 1 && rank != 2) {
                throw new ModelException("%s: tensor %s: shape %s: must have one or two axes"
                        .formatted(file.path(), name, tensor.shape()));
            }
            var target = target(name);
            var together = together(name);
            if (!together.isEmpty()) {
                // The first of the three brings the others along.
                if (!name.contains(JOINED_PARTS.getFirst())) {
                    continue;
                }
                target = target.replace(".q_proj.", ".qkv_proj.");
            }
            var parts = together.isEmpty() ? List.of(name) : together;
            if (rank == 1) {
                vector(writer, target, parts, arena);
            } else {
                var rows = rows(parts, arena);
                var format = format(parts.getFirst());
                if (rotation.isPresent()) {
                    rotated(writer, target, rows, format.orElseThrow(), rotation.get(), scratch, arena);
                } else {
                    matrix(writer, target, rows, format);
                }
            }
        }
        return writer;
    }

    /** A matrix that reads or writes rotated vectors. */
    private void rotated(
            SafetensorsWriter writer,
            String target,
            MatrixRows rows,
            BlockFormat format,
            Rotation turned,
            NativeScratch scratch,
            Arena arena) {
        var norm = ResidualStream.normBefore(target);
        if (norm.isPresent()) {
            reader(writer, target, rows, norm.get(), turned, scratch, arena);
        } else if (ResidualStream.writes(target)) {
            matrix(writer, target, new RotatedColumns(rows, turned, scratch), Optional.of(format));
        } else {
            var ones = new float[rows.columns()];
            Arrays.fill(ones, 1);
            matrix(writer, target, new RotatedRows(rows, ones, turned), Optional.of(format));
            if (file.tensor("output.weight").isEmpty()) {
                var head = "lm_head.weight";
                reader(writer, head, rows, ResidualStream.normBefore(head).orElseThrow(), turned, scratch, arena);
            }
        }
    }

    private void reader(
            SafetensorsWriter writer,
            String target,
            MatrixRows rows,
            String norm,
            Rotation turned,
            NativeScratch scratch,
            Arena arena) {
        var factors = file.tensors().keySet().stream()
                .filter(name -> GgufNames.isWeight(name) && target(name).equals(norm))
                .findFirst()
                .orElseThrow(() -> new ModelException("%s: tensor %s: missing".formatted(file.path(), norm)));
        ChannelQuantiser.add(
                writer,
                path(target),
                new RotatedRows(rows, values(List.of(factors), arena), turned),
                ChannelQuantiser.NORMALISED,
                scratch,
                cancellation);
    }

    private static String path(String target) {
        return target.substring(0, target.length() - ".weight".length());
    }

    private String target(String name) {
        return GgufNames.inFolder(config.architecture(), name)
                .orElseThrow(() -> new ModelException("%s: tensor %s: not one of a model of architecture %s"
                        .formatted(file.path(), name, config.architecture())));
    }

    private Optional<BlockFormat> format(String name) {
        return formats.apply(target(name), tensor(name));
    }

    private GgufTensor tensor(String name) {
        return Objects.requireNonNull(file.tensors().get(name));
    }

    /** The names of queries, keys and values that become one matrix, or one bias, with a tensor; none if it stays by itself. */
    private List<String> together(String name) {
        var part = JOINED_PARTS.stream().filter(name::contains).findFirst();
        if (part.isEmpty() || !JOINED.contains(config.architecture())) {
            return List.of();
        }
        var prefix = name.substring(0, name.indexOf(part.get()));
        var matrices = three(prefix, "weight");
        var biases = three(prefix, "bias");
        boolean alike = matrices.size() == 3
                && matrices.stream()
                                .map(one -> List.of(format(one), tensor(one).rowSize()))
                                .distinct()
                                .count()
                        == 1;
        boolean whole = biases.isEmpty() || biases.size() == 3;
        return !alike || !whole ? List.of() : name.endsWith(".bias") ? biases : matrices;
    }

    private List<String> three(String prefix, String suffix) {
        return JOINED_PARTS.stream()
                .map(part -> prefix + part + suffix)
                .filter(file.tensors()::containsKey)
                .toList();
    }

    private MatrixRows rows(List<String> names, Arena arena) {
        var parts = new ArrayList<MatrixRows>();
        for (var name : names) {
            var tensor = tensor(name);
            parts.add(new GgufRows(tensor, GgufFile.map(tensor, arena), order(name)));
        }
        return parts.size() == 1 ? parts.getFirst() : new JoinedRows(parts);
    }

    private void matrix(SafetensorsWriter writer, String target, MatrixRows rows, Optional<BlockFormat> format) {
        if (format.isPresent()) {
            BlockQuantiser.add(writer, path(target), rows, format.get(), cancellation);
            return;
        }
        int columns = rows.columns();
        var row = new float[columns];
        writer.tensor(target, ElementType.FLOAT32, Shape.of(rows.rows(), columns), (first, buffer) -> {
            long current = -1;
            for (long i = first; buffer.hasRemaining(); i++) {
                if (i / columns != current) {
                    cancellation.check();
                    current = i / columns;
                    rows.read(current, row);
                }
                buffer.putFloat(row[(int) (i % columns)]);
            }
        });
    }

    /**
     * Files of Llama's architecture, and of SmolLM3's, have the two halves of each head of queries and keys interleaved, as Llama's first program turned them: row 2 i of a head was
     * row i, row 2 i + 1 row i + half.
     */
    private LongUnaryOperator order(String name) {
        if (!INTERLEAVED.contains(config.architecture())
                || !QUERY_OR_KEY.matcher(name).matches()) {
            return row -> row;
        }
        long size = config.headSize();
        long half = size / 2;
        return row -> {
            long within = row % size;
            return row - within + 2 * (within % half) + within / half;
        };
    }

    private void vector(SafetensorsWriter writer, String target, List<String> names, Arena arena) {
        var values = values(names, arena);
        if (rotation.isPresent() && ResidualStream.normalises(target)) {
            var ones = new float[values.length];
            Arrays.fill(ones, 1);
            writer.tensor(target, Shape.of(ones.length), ones);
            if (target.equals("model.norm.weight")) {
                writer.tensor(path(target) + ResidualStream.FOLDED, Shape.of(values.length), values);
            }
            return;
        }
        if (rotation.isPresent() && ResidualStream.writes(target)) {
            rotation.get().apply(values);
        }
        writer.tensor(target, Shape.of(values.length), values);
    }

    private float[] values(List<String> names, Arena arena) {
        int size = Math.toIntExact(names.stream()
                .mapToLong(name -> tensor(name).shape().elements())
                .sum());
        var values = new float[size];
        int at = 0;
        for (var name : names) {
            var tensor = tensor(name);
            var stored = new float[Math.toIntExact(tensor.shape().elements())];
            tensor.decoder().decode(GgufFile.map(tensor, arena), 0, Math.toIntExact(tensor.rowBlocks()), stored, 0);
            var order = order(name);
            for (int i = 0; i < stored.length; i++) {
                values[at++] = stored[(int) order.applyAsLong(i)];
            }
        }
        // Files have what transformers adds to 1 with the 1 added.
        if (config.architecture().equals("gemma3") && target(names.getFirst()).endsWith("norm.weight")) {
            for (int i = 0; i < size; i++) {
                values[i] -= 1;
            }
        }
        return values;
    }
}
