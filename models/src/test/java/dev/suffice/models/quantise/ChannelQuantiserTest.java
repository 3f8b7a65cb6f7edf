package dev.suffice.models.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.Cancellation;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChannelQuantiserTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Numbers(String name, float[][] values) implements MatrixRows {
        @Override
        public long rows() {
            return values.length;
        }

        @Override
        public int columns() {
            return values[0].length;
        }

        @Override
        public void read(long row, float[] target) {
            System.arraycopy(values[(int) row], 0, target, 0, columns());
        }
    }

    private static float[][] random(int rows, int columns) {
        var random = new SplittableRandom(rows);
        var values = new float[rows][columns];
        for (var row : values) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return values;
    }

    private Weights written(MatrixRows matrix) throws IOException {
        var writer = new SafetensorsWriter();
        try (var scratch = new NativeScratch()) {
            ChannelQuantiser.add(writer, "m", matrix, InputScale.symmetric(0.5f), scratch, new Cancellation());
            writer.write(folder.resolve("model.safetensors"));
        }
        return Weights.open(folder);
    }

    @Test
    void numbersTimesScalesAreTheMatrixOnItsSide() throws IOException {
        // More than one chunk of the file, and rows of different size.
        int rows = 3000;
        int columns = 400;
        var values = random(rows, columns);
        values[7] = new float[columns];
        for (int i = 0; i < columns; i++) {
            values[8][i] *= 1000;
        }
        var weights = written(new Numbers("m", values));
        var numbers = weights.require("m" + ChannelQuantiser.NUMBERS, Shape.of(columns, rows));
        var scales = StoredRows.values(weights.require("m" + ChannelQuantiser.SCALES, Shape.of(rows)));
        assertThat(StoredRows.values(weights.require("m" + ChannelQuantiser.INPUT + "_scale", Shape.of(1))))
                .containsExactly(0.5f);
        try (var arena = Arena.ofConfined()) {
            var data = SafetensorsFile.map(numbers, arena);
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < columns; i++) {
                    float stands = data.get(ValueLayout.JAVA_BYTE, (long) i * rows + row) * scales[row];
                    assertThat(stands).isCloseTo(values[row][i], within(scales[row] / 2 + 1e-6f));
                }
            }
        }
    }

    @Test
    void aMatrixThatIsTurnedByItselfAndOneThatIsTurnedInTheSameMemoryDoNotDisturbEachOther() throws IOException {
        var rotation = Rotation.of(24).orElseThrow();
        var values = random(24, 24);
        var writer = new SafetensorsWriter();
        try (var scratch = new NativeScratch()) {
            BlockQuantiser.add(
                    writer,
                    "a",
                    new RotatedColumns(new Numbers("a", values), rotation, scratch),
                    new BlockFormat(8, 16),
                    new Cancellation());
            ChannelQuantiser.add(
                    writer, "b", new Numbers("b", values), InputScale.symmetric(1), scratch, new Cancellation());
            writer.write(folder.resolve("model.safetensors"));
        }
        var weights = Weights.open(folder);
        var expected = new float[24];
        for (int i = 0; i < 24; i++) {
            expected[i] = values[i][3];
        }
        rotation.apply(expected);
        try (var arena = Arena.ofConfined()) {
            var rows = QuantisedRows.open(weights, "a", 24, arena);
            var row = new float[24];
            for (int i = 0; i < 24; i++) {
                rows.read(i, row);
                assertThat(row[3]).isCloseTo(expected[i], within(0.03f));
            }
        }
    }

    @Test
    void whatIsNoNumberIsNamed() {
        var values = random(2, 4);
        values[1][2] = Float.NaN;
        assertThatThrownBy(() -> written(new Numbers("wrong", values)))
                .isInstanceOf(ModelException.class)
                .hasMessage("tensor wrong: row 1: not a number; the file is damaged");
    }
}
