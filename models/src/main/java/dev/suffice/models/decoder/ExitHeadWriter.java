package dev.suffice.models.decoder;

import dev.suffice.core.Cancellation;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.folder.NewFolder;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.quantise.BlockQuantiser;
import dev.suffice.models.quantise.ChannelQuantiser;
import dev.suffice.models.quantise.HeapRows;
import dev.suffice.models.quantise.NativeScratch;
import dev.suffice.models.quantise.QuantisedRows;
import dev.suffice.models.quantise.ResidualStream;
import dev.suffice.models.quantise.Rotation;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what was trained into a folder that {@link ExitHead} opens. Where vectors of the decoder's size can be {@link Rotation rotated} the matrices become 8 bits; otherwise they
 * stay in single precision.
 */
public final class ExitHeadWriter {
    private static final BlockFormat FORMAT = new BlockFormat(8, 64);
    private static final String OUTPUT = "lm_head";

    private ExitHeadWriter() {}

    /**
     * What was trained, the letters being those of {@link ExitHead}.
     *
     * @param gate G [inner, hidden], row by row
     * @param up U, the same
     * @param down D [hidden, inner]
     * @param output L [words, hidden]
     * @param words the decoder's token of each word
     */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    public record Matrices(HeapRows gate, HeapRows up, HeapRows down, HeapRows output, int[] words) {
        /**
         * Checks the sizes.
         *
         * @throws IllegalArgumentException if they do not fit each other
         */
        public Matrices {
            boolean fit = gate.rows() == up.rows()
                    && gate.columns() == up.columns()
                    && down.rows() == gate.columns()
                    && down.columns() == gate.rows()
                    && output.columns() == gate.columns()
                    && output.rows() == words.length;
            if (!fit) {
                throw new IllegalArgumentException("matrices of other sizes than %d words, %d inner, %d hidden elements"
                        .formatted(words.length, gate.rows(), gate.columns()));
            }
        }
    }

    /** The rotation of the vectors that such matrices have to be trained for: that of the decoder's size, whether the decoder itself is rotated or not. */
    public static Optional<Rotation> rotation(Decoder decoder) {
        return Rotation.of(decoder.config().hidden());
    }

    /**
     * What a head's last matrix may start from: the rows of the model's output layer with the weights of its last normalisation, for {@link #rotation rotated} vectors; where that layer
     * cannot be read row by row, those of the embedding in its place.
     *
     * @param tokens the model's token of each row
     */
    public static HeapRows output(Decoder decoder, int[] tokens) {
        int hidden = decoder.config().hidden();
        var ending = decoder.rotation().isPresent() ? ResidualStream.FOLDED : ".weight";
        var norm = StoredRows.values(decoder.weights().require(decoder.lastNormPath() + ending, Shape.of(hidden)));
        float from = decoder.normsCountFromOne() ? 1 : 0;
        boolean apart = decoder.weights().contains(OUTPUT + ".weight")
                || decoder.weights().contains(OUTPUT + BlockQuantiser.PACKED);
        var values = new float[Math.multiplyExact(tokens.length, hidden)];
        var row = new float[hidden];
        try (var arena = Arena.ofConfined()) {
            var rows = QuantisedRows.open(decoder.weights(), apart ? OUTPUT : decoder.embeddingPath(), hidden, arena);
            for (int i = 0; i < tokens.length; i++) {
                rows.read(tokens[i], row);
                decoder.rotation().ifPresent(one -> one.invert(row));
                for (int k = 0; k < hidden; k++) {
                    row[k] *= norm[k] + from;
                }
                rotation(decoder).ifPresent(one -> one.apply(row));
                System.arraycopy(row, 0, values, i * hidden, hidden);
            }
        }
        return new HeapRows("output", hidden, values);
    }

    /**
     * Writes the folder; it is there complete or not at all.
     *
     * @param decoder that it was trained for
     * @param after layers that run before the head
     * @param matrices for {@link #rotation rotated} vectors, where they can be
     * @param trained facts of the training, for people
     * @param calibration what it said of other texts, if it was asked
     * @throws IOException if it cannot be written
     */
    public static void write(
            Path folder,
            Decoder decoder,
            int after,
            Matrices matrices,
            ObjectNode trained,
            Optional<ExitCalibration> calibration)
            throws IOException {
        boolean rotated = rotation(decoder).isPresent();
        NewFolder.write(folder, temporary -> {
            try (var scratch = new NativeScratch()) {
                weights(matrices, rotated, calibration, scratch).write(temporary.resolve("model.safetensors"));
            }
            var json = JsonMapper.shared().createObjectNode();
            json.put("model_type", ExitHead.TYPE).put(DraftHead.DECODER, DraftHead.mark(decoder));
            json.put("after", after).put("words", matrices.words().length);
            json.put("hidden_size", matrices.gate().columns())
                    .put("intermediate_size", matrices.gate().rows())
                    .put("rms_norm_eps", decoder.config().epsilon());
            json.set("trained", trained);
            calibration.ifPresent(
                    one -> json.put(ExitHead.CALIBRATED, one.model()).put("calibration_texts", one.texts()));
            if (rotated) {
                FORMAT.mark(json);
                json.withObject(BlockFormat.MARK).put(ResidualStream.ROTATED, true);
            }
            Files.writeString(
                    temporary.resolve("config.json"),
                    JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
        });
    }

    private static SafetensorsWriter weights(
            Matrices matrices, boolean rotated, Optional<ExitCalibration> calibration, NativeScratch scratch) {
        var writer = new SafetensorsWriter();
        reader(writer, "gate", matrices.gate(), rotated, scratch);
        reader(writer, "up", matrices.up(), rotated, scratch);
        if (rotated) {
            var down = matrices.down();
            BlockQuantiser.add(writer, "down", down, FORMAT.fitting(down.columns()), new Cancellation());
        } else {
            plain(writer, "down", matrices.down());
        }
        reader(writer, "output", matrices.output(), rotated, scratch);
        writer.tensor(ExitHead.WORDS, Shape.of(matrices.words().length), matrices.words());
        calibration.ifPresent(one -> {
            writer.tensor(ExitHead.CONFIDENCES, Shape.of(one.confidences().length), one.confidences());
            var agrees = one.agrees();
            writer.tensor(ExitHead.AGREES, ElementType.UINT8, Shape.of(agrees.length), (first, buffer) -> {
                for (int i = (int) first; buffer.hasRemaining(); i++) {
                    buffer.put((byte) (agrees[i] ? 1 : 0));
                }
            });
            writer.tensor(ExitHead.ENDS, Shape.of(one.texts()), one.ends());
        });
        return writer;
    }

    /** A matrix that reads normalised vectors. */
    private static void reader(
            SafetensorsWriter writer, String path, HeapRows rows, boolean rotated, NativeScratch scratch) {
        if (rotated) {
            ChannelQuantiser.add(writer, path, rows, ChannelQuantiser.NORMALISED, scratch, new Cancellation());
        } else {
            plain(writer, path, rows);
        }
    }

    private static void plain(SafetensorsWriter writer, String path, HeapRows rows) {
        writer.tensor(path + ".weight", Shape.of(rows.rows(), rows.columns()), rows.values());
    }
}
