package dev.suffice.models.decoder;

import dev.suffice.core.Cancellation;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.NewFolder;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.quantise.BlockQuantiser;
import dev.suffice.models.quantise.JoinedRows;
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
    private static final String TABLE = "draft_to_target";

    private final SafetensorsFile file;
    private final SafetensorsWriter writer = new SafetensorsWriter();
    private final Arena arena;

    private DraftHeadImport(SafetensorsFile file, Arena arena) {
        this.file = file;
        this.arena = arena;
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
        NewFolder.write(folder, temporary -> {
            try (var arena = Arena.ofConfined()) {
                new DraftHeadImport(file, arena).weights().write(temporary.resolve("model.safetensors"));
            }
            var json = JsonMapper.shared().createObjectNode();
            json.put("model_type", "draft_head").put(DraftHead.DECODER, DraftHead.mark(decoder));
            json.put("hidden_size", source.size("width")).put("intermediate_size", source.size("inner"));
            json.put("num_attention_heads", source.size("heads")).put("num_key_value_heads", source.size("kv_heads"));
            json.put("head_dim", source.size("head_size")).put("words", source.size("words"));
            json.put("rope_theta", source.number("rope_theta", 10_000))
                    .put("rms_norm_eps", source.number("rms_eps", 1e-5));
            source.find("layers_read").ifPresent(layers -> json.set("layers_read", layers));
            source.find("trained").ifPresent(how -> json.set("trained", how));
            FORMAT.mark(json);
            Files.writeString(
                    temporary.resolve("config.json"),
                    JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
        });
    }

    private SafetensorsWriter weights() {
        matrix("fuse", "fuse");
        matrix("qkv", "q", "k", "v");
        for (var name : List.of("o", "gate", "up", "down", "output")) {
            matrix(name, name);
        }
        var features = stored("feature_norm");
        var values = StoredRows.values(features);
        int width = Math.toIntExact(features.shape().size(1));
        for (int i = 0; i < features.shape().size(0); i++) {
            vector("feature_norm." + i, Arrays.copyOfRange(values, i * width, (i + 1) * width));
        }
        for (var name : List.of("input_norm", "embedding_norm", "mlp_norm", "output_norm")) {
            vector(name, StoredRows.values(stored(name)));
        }
        var table = stored(TABLE);
        var bytes = SafetensorsFile.map(table, arena);
        writer.tensor(
                DraftHead.WORDS,
                ElementType.INT32,
                table.shape(),
                (first, buffer) -> buffer.put(
                        bytes.asSlice(first * Integer.BYTES, buffer.remaining()).asByteBuffer()));
        return writer;
    }

    private StoredTensor stored(String name) {
        return file.tensor(name)
                .orElseThrow(() -> new ModelException("%s: tensor %s: missing".formatted(file.path(), name)));
    }

    private void matrix(String path, String... names) {
        var parts = Arrays.stream(names)
                .map(this::stored)
                .map(tensor -> new StoredRows(tensor, SafetensorsFile.map(tensor, arena)))
                .toList();
        var rows = new JoinedRows(parts);
        BlockQuantiser.add(writer, path, rows, FORMAT.fitting(rows.columns()), new Cancellation());
    }

    private void vector(String path, float[] values) {
        writer.tensor(path + ".weight", Shape.of(values.length), values);
    }
}
