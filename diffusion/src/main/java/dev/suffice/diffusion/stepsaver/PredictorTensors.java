package dev.suffice.diffusion.stepsaver;

import dev.suffice.core.SufficeException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.StoredTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Matrices in half precision and vectors in single precision, as a predictor's file has them. */
final class PredictorTensors {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat SINGLE =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long MOST = 1L << 24;

    private PredictorTensors() {}

    /** A copy, as it comes back from a file. */
    static float[][] rounded(float[][] rows) {
        var copy = new float[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            copy[r] = rows[r].clone();
            for (int c = 0; c < copy[r].length; c++) {
                copy[r][c] = Float.float16ToFloat(Float.floatToFloat16(copy[r][c]));
            }
        }
        return copy;
    }

    static void add(SafetensorsWriter writer, String name, float[][] rows) {
        int columns = rows[0].length;
        writer.tensor(name, ElementType.FLOAT16, Shape.of(rows.length, columns), (first, buffer) -> {
            for (long i = first; buffer.hasRemaining(); i++) {
                buffer.putShort(Float.floatToFloat16(rows[(int) (i / columns)][(int) (i % columns)]));
            }
        });
    }

    /** @throws SufficeException if it is missing, or no matrix of finite half-precision numbers */
    static float[][] matrix(SafetensorsFile file, String name) {
        var tensor = require(file, name, ElementType.FLOAT16, 2);
        var sizes = tensor.shape().toArray();
        var rows = new float[(int) sizes[0]][(int) sizes[1]];
        try (var arena = Arena.ofConfined()) {
            var bytes = SafetensorsFile.map(tensor, arena);
            for (int r = 0; r < rows.length; r++) {
                for (int c = 0; c < rows[r].length; c++) {
                    rows[r][c] = Float.float16ToFloat(bytes.get(HALF, 2L * (r * sizes[1] + c)));
                    finite(file, name, rows[r][c]);
                }
            }
        }
        return rows;
    }

    /** @throws SufficeException if it is missing, or no vector of finite single-precision numbers */
    static float[] vector(SafetensorsFile file, String name) {
        var tensor = require(file, name, ElementType.FLOAT32, 1);
        var values = new float[(int) tensor.shape().elements()];
        try (var arena = Arena.ofConfined()) {
            var bytes = SafetensorsFile.map(tensor, arena);
            for (int i = 0; i < values.length; i++) {
                values[i] = bytes.get(SINGLE, 4L * i);
                finite(file, name, values[i]);
            }
        }
        return values;
    }

    private static StoredTensor require(SafetensorsFile file, String name, ElementType type, int rank) {
        var tensor = file.tensor(name)
                .orElseThrow(() -> new SufficeException("%s: has no tensor %s".formatted(file.path(), name)));
        if (tensor.type() != type
                || tensor.shape().rank() != rank
                || tensor.shape().elements() < (rank == 2 ? 1 : 0)
                || tensor.shape().elements() > MOST) {
            throw new SufficeException("%s: tensor %s is %s %s: expected %s of rank %d, at most %d values"
                    .formatted(file.path(), name, tensor.type(), tensor.shape(), type, rank, MOST));
        }
        return tensor;
    }

    private static void finite(SafetensorsFile file, String name, float value) {
        if (!Float.isFinite(value)) {
            throw new SufficeException(
                    "%s: tensor %s: not a number in it; train the predictor again".formatted(file.path(), name));
        }
    }
}
