package dev.suffice.models.family;

import dev.suffice.engine.ElementType;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.NewFolder;
import dev.suffice.models.quantise.RowContent;
import dev.suffice.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a checkpoint of an encoder that comes in another shape: exported, or with an adapter beside it. */
public final class EncoderImport {
    private EncoderImport() {}

    /**
     * Writes a folder with {@code model.safetensors}, 32-bit floats by transformers' names. Tensors are read and written in pieces.
     *
     * @param base the encoder
     * @param family whose prefix the names get
     * @param adapter changes it
     * @param beside files to copy into the folder, {@code config.json} among them
     * @param folder one that is there is replaced; complete or not there
     * @throws ModelException if the adapter does not fit the encoder, or the folder cannot be written
     */
    public static void write(
            EncoderTensors base, BertFamily family, Optional<LoraAdapter> adapter, List<Path> beside, Path folder) {
        try (var arena = Arena.ofConfined()) {
            var file = new SafetensorsWriter();
            var open = new HashSet<>(adapter.map(LoraAdapter::layers).orElse(Set.of()));
            var replaced = adapter.map(LoraAdapter::saved).orElse(Map.of());
            base.tensors().forEach((plain, stored) -> {
                var name = family.prefix() + plain;
                if (replaced.containsKey(name) || !isFloat(stored.tensor().type())) {
                    return; // such as numbers of positions, which checkpoints of some versions have
                }
                var rows = stored.rows(arena);
                var layer = name.endsWith(".weight") ? name.substring(0, name.length() - ".weight".length()) : "";
                if (open.remove(layer)) {
                    rows = adapter.orElseThrow().merged(layer, rows, arena);
                }
                file.tensor(name, ElementType.FLOAT32, stored.shape(), new RowContent(rows));
            });
            replaced.forEach((name, tensor) -> file.tensor(
                    name,
                    ElementType.FLOAT32,
                    tensor.shape(),
                    new RowContent(new EncoderTensors.Stored(tensor, false).rows(arena))));
            if (!open.isEmpty()) {
                throw new ModelException("%s: has no layer %s, which the adapter changes: do the two belong together?"
                        .formatted(
                                base.source(),
                                open.stream().sorted().findFirst().orElseThrow()));
            }
            NewFolder.write(folder, into -> {
                file.write(into.resolve("model.safetensors"));
                for (var one : beside) {
                    Files.copy(one, into.resolve(String.valueOf(one.getFileName())));
                }
            });
        } catch (IOException e) {
            throw new ModelException(
                    "%s: cannot be written: %s; free space there, or set XDG_CACHE_HOME to a folder that can be written"
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    private static boolean isFloat(ElementType type) {
        return type == ElementType.FLOAT32 || type == ElementType.FLOAT16 || type == ElementType.BFLOAT16;
    }
}
