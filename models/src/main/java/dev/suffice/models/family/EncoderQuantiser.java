package dev.suffice.models.family;

import dev.suffice.core.Cancellation;
import dev.suffice.core.SufficeException;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.NewFolder;
import dev.suffice.models.quantise.ChannelQuantiser;
import dev.suffice.models.quantise.InputScale;
import dev.suffice.models.quantise.JoinedRows;
import dev.suffice.models.quantise.MatrixRows;
import dev.suffice.models.quantise.NativeScratch;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.StoredTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes of an encoder a folder whose layers' matrices have 8 bits, with a scale for each row, and so have their inputs, with a scale for each matrix. {@link BertEncoder} opens it.
 * Embeddings, normalisations and heads stay as they are.
 */
public final class EncoderQuantiser {
    private final BertEncoder encoder;
    private final Map<String, InputScale> inputs;

    private EncoderQuantiser(BertEncoder encoder, Map<String, InputScale> inputs) {
        this.encoder = encoder;
        this.inputs = inputs;
    }

    /**
     * Writes the folder, with {@code model.safetensors} and the files beside it.
     *
     * @param inputs what the inputs of its matrices are quantised to, by the names of {@link BertEncoder#inputNames}
     * @param beside files to copy into the folder, {@code config.json} among them
     * @param folder one that is there is replaced; complete or not there
     * @throws ModelException if an input is missing, or the encoder is damaged
     * @throws SufficeException if the folder cannot be written
     * @throws dev.suffice.core.CancelledException if cancelled
     */
    public static void write(
            BertEncoder encoder,
            Map<String, InputScale> inputs,
            List<Path> beside,
            Path folder,
            Cancellation cancellation) {
        var quantiser = new EncoderQuantiser(encoder, inputs);
        try {
            NewFolder.write(folder, into -> {
                try (var arena = Arena.ofConfined();
                        var scratch = new NativeScratch()) {
                    quantiser.weights(arena, scratch, cancellation).write(into.resolve("model.safetensors"));
                }
                for (var one : beside) {
                    Files.copy(one, into.resolve(String.valueOf(one.getFileName())));
                }
            });
        } catch (IOException e) {
            throw new SufficeException(
                    "%s: cannot be written: %s; free space there, or set XDG_CACHE_HOME to a folder that can be written"
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    private SafetensorsWriter weights(Arena arena, NativeScratch scratch, Cancellation cancellation) {
        var writer = new SafetensorsWriter();
        var done = new HashSet<String>();
        for (var path : encoder.matrices()) {
            var parts = parts(path);
            parts.forEach(part -> {
                done.add(part + ".weight");
                done.add(part + ".bias");
            });
            var rows = parts.stream().map(part -> rows(part, arena)).toList();
            ChannelQuantiser.add(writer, path, new JoinedRows(rows), input(path), scratch, cancellation);
            bias(writer, path, parts, rows);
        }
        new TreeMap<>(encoder.weights().tensors()).forEach((name, tensor) -> {
            if (!done.contains(name)) {
                writer.copy(tensor, SafetensorsFile.map(tensor, arena));
            }
        });
        return writer;
    }

    /** The matrices that are stored as one. */
    private List<String> parts(String path) {
        if (!path.endsWith(BertEncoder.TOGETHER)) {
            return List.of(path);
        }
        var layer = path.substring(0, path.length() - BertEncoder.TOGETHER.length());
        var names = encoder.family().names();
        return Stream.of(names.query(), names.key(), names.value())
                .map(name -> layer + "." + name)
                .toList();
    }

    private InputScale input(String path) {
        var scale = inputs.get(path);
        if (scale == null) {
            throw new ModelException(
                    "%s: the range of the input of %s is not known; measure it again: ./suffice train exits --calibration FILE"
                            .formatted(encoder.weights().folder(), path));
        }
        return scale;
    }

    private MatrixRows rows(String part, Arena arena) {
        var tensor = required(part + ".weight");
        return new StoredRows(tensor, SafetensorsFile.map(tensor, arena));
    }

    private StoredTensor required(String name) {
        return encoder.weights()
                .find(name)
                .orElseThrow(() -> new ModelException(
                        "%s: tensor %s: missing".formatted(encoder.weights().folder(), name)));
    }

    private void bias(SafetensorsWriter writer, String path, List<String> parts, List<MatrixRows> rows) {
        var size = rows.stream().mapToLong(MatrixRows::rows).sum();
        var values = new float[Math.toIntExact(size)];
        int at = 0;
        for (int i = 0; i < parts.size(); i++) {
            var bias = StoredRows.values(encoder.weights()
                    .require(parts.get(i) + ".bias", Shape.of(rows.get(i).rows())));
            System.arraycopy(bias, 0, values, at, bias.length);
            at += bias.length;
        }
        writer.tensor(path + ".bias", Shape.of(size), values);
    }
}
