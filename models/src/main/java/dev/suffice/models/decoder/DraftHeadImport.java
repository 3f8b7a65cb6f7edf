package dev.suffice.models.decoder;

import dev.suffice.core.Cancellation;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.NewFolder;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.quantise.BlockQuantiser;
import dev.suffice.models.quantise.ChannelQuantiser;
import dev.suffice.models.quantise.FirstRows;
import dev.suffice.models.quantise.JoinedRows;
import dev.suffice.models.quantise.MatrixRows;
import dev.suffice.models.quantise.NativeScratch;
import dev.suffice.models.quantise.ResidualStream;
import dev.suffice.models.quantise.RotatedColumns;
import dev.suffice.models.quantise.RotatedRows;
import dev.suffice.models.quantise.Rotation;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.StoredTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Turns what {@code bench/peers/train_draft_head.py} writes into a folder that {@link DraftHead} opens, its matrices of 8 bits. */
public final class DraftHeadImport {
    private static final BlockFormat FORMAT = new BlockFormat(8, 64);
    /** Words beyond these, which are the most frequent, cost more time than they save: what a text has of them is added while it is drafted. */
    private static final int MOST_WORDS = 4096;

    private static final String TABLE = "draft_to_target";

    private final SafetensorsFile file;
    private final SafetensorsWriter writer = new SafetensorsWriter();
    private final Rotation rotation;
    private final Arena arena;
    private final NativeScratch turned;
    private final NativeScratch scratch;

    private DraftHeadImport(
            SafetensorsFile file, Rotation rotation, Arena arena, NativeScratch turned, NativeScratch scratch) {
        this.file = file;
        this.rotation = rotation;
        this.arena = arena;
        this.turned = turned;
        this.scratch = scratch;
    }

    /**
     * Writes the folder; it is there complete or not at all.
     *
     * @param trained folder with {@code config.json} and {@code draft_head.safetensors}
     * @param decoder that it was trained for
     * @throws ModelException if the head is not whole
     * @throws IOException if it cannot be written
     */
    public static void write(Path trained, Decoder decoder, Path folder) throws IOException {
        var source = Config.read(trained.resolve("config.json"));
        var file = SafetensorsFile.read(trained.resolve("draft_head.safetensors"));
        int words = Math.min(MOST_WORDS, source.size("words"));
        int width = source.size("width");
        var rotation = Rotation.of(width)
                .orElseThrow(() -> new ModelException(
                        "%s: width %d: must have an odd part of at most 255".formatted(trained, width)));
        NewFolder.write(folder, temporary -> {
            try (var arena = Arena.ofConfined();
                    var turned = new NativeScratch();
                    var scratch = new NativeScratch()) {
                new DraftHeadImport(file, rotation, arena, turned, scratch)
                        .weights(words)
                        .write(temporary.resolve("model.safetensors"));
            }
            var json = JsonMapper.shared().createObjectNode();
            json.put("model_type", DraftHead.TYPE).put(DraftHead.DECODER, DraftHead.mark(decoder));
            json.put("hidden_size", width).put("intermediate_size", source.size("inner"));
            json.put("num_attention_heads", source.size("heads")).put("num_key_value_heads", source.size("kv_heads"));
            json.put("head_dim", source.size("head_size")).put("words", words);
            json.put("rope_theta", source.number("rope_theta", 10_000))
                    .put("rms_norm_eps", source.number("rms_eps", 1e-5));
            source.find("layers_read").ifPresent(layers -> json.set("layers_read", layers));
            source.find("trained").ifPresent(how -> json.set("trained", how));
            FORMAT.mark(json);
            json.withObject(BlockFormat.MARK).put(ResidualStream.ROTATED, true);
            Files.writeString(
                    temporary.resolve("config.json"),
                    JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
        });
    }

    private SafetensorsWriter weights(int words) {
        var features = StoredRows.values(stored("feature_norm"));
        reader("fuse", new RotatedColumns(reading(rows("fuse"), features), rotation, turned));
        reader("qkv", reading(rows("q", "k", "v"), joined("input_norm", "embedding_norm")));
        writer("o");
        for (var name : List.of("gate", "up")) {
            reader(name, reading(rows(name), joined("mlp_norm")));
        }
        writer("down");
        reader("output", reading(new FirstRows(rows("output"), words), joined(DraftHead.OUTPUT_NORM)));
        for (int i = 0; i < features.length / rotation.size(); i++) {
            ones("feature_norm." + i);
        }
        for (var name : List.of("input_norm", "embedding_norm", "mlp_norm", DraftHead.OUTPUT_NORM)) {
            ones(name);
        }
        writer.tensor(
                DraftHead.OUTPUT_NORM + ResidualStream.FOLDED,
                Shape.of(rotation.size()),
                joined(DraftHead.OUTPUT_NORM));
        var bytes = SafetensorsFile.map(stored(TABLE), arena);
        writer.tensor(
                DraftHead.WORDS,
                ElementType.INT32,
                Shape.of(words),
                (first, buffer) -> buffer.put(
                        bytes.asSlice(first * Integer.BYTES, buffer.remaining()).asByteBuffer()));
        return writer;
    }

    private StoredTensor stored(String name) {
        return file.tensor(name)
                .orElseThrow(() -> new ModelException("%s: tensor %s: missing".formatted(file.path(), name)));
    }

    private MatrixRows rows(String... names) {
        return new JoinedRows(Arrays.stream(names)
                .map(this::stored)
                .map(tensor -> new StoredRows(tensor, SafetensorsFile.map(tensor, arena)))
                .toList());
    }

    private float[] joined(String... norms) {
        var values = new float[norms.length * rotation.size()];
        for (int i = 0; i < norms.length; i++) {
            System.arraycopy(StoredRows.values(stored(norms[i])), 0, values, i * rotation.size(), rotation.size());
        }
        return values;
    }

    private MatrixRows reading(MatrixRows rows, float[] norms) {
        return new RotatedRows(rows, norms, rotation);
    }

    /** A matrix that reads normalised vectors. */
    private void reader(String path, MatrixRows rows) {
        ChannelQuantiser.add(writer, path, rows, ChannelQuantiser.NORMALISED, scratch, new Cancellation());
    }

    /** A matrix that reads others, and writes vectors. */
    private void writer(String path) {
        var rows = new RotatedColumns(rows(path), rotation, turned);
        BlockQuantiser.add(writer, path, rows, FORMAT.fitting(rows.columns()), new Cancellation());
    }

    private void ones(String path) {
        var values = new float[rotation.size()];
        Arrays.fill(values, 1);
        writer.tensor(path + ".weight", Shape.of(values.length), values);
    }
}
