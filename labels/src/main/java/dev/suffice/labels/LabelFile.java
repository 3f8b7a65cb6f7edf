package dev.suffice.labels;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.stepsaver.StepCurve;
import dev.suffice.diffusion.stepsaver.StepGrid;
import dev.suffice.image.Similarity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One Parquet file of measured curves. */
final class LabelFile {
    private static final long LARGEST = 256L << 20;

    private LabelFile() {}

    /**
     * Reads a file.
     *
     * @throws SufficeException if it is damaged or holds something else; the message names it
     */
    static List<LabelledCurve> read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new SufficeException(
                        "%s: %d bytes, no part is larger than %d".formatted(file, Files.size(file), LARGEST));
            }
            var curves = new ArrayList<LabelledCurve>();
            try (var reader = ParquetFileReader.open(InputFile.of(ByteBuffer.wrap(Files.readAllBytes(file))));
                    var rows = reader.rowReader()) {
                while (rows.hasNext()) {
                    rows.next();
                    curves.add(curve(rows));
                }
            }
            return curves;
        } catch (IOException | RuntimeException e) {
            throw new SufficeException("%s: damaged, or no table of labels (%s)".formatted(file, e), e);
        }
    }

    private static LabelledCurve curve(RowReader row) {
        var counts = new ArrayList<Integer>();
        var steps = row.getList(LabelColumns.STEPS).ints();
        for (int i = 0; i < steps.size(); i++) {
            counts.add(steps.get(i));
        }
        var curve = new StepCurve(
                new StepGrid(counts),
                similarities(row, LabelColumns.RGB_TO_REFERENCE, LabelColumns.DEPTH_TO_REFERENCE),
                similarities(row, LabelColumns.RGB_TO_NEXT, LabelColumns.DEPTH_TO_NEXT));
        return new LabelledCurve(
                row.getString(LabelColumns.MODEL),
                row.getString(LabelColumns.PROMPT),
                row.getLong(LabelColumns.SEED),
                row.getString(LabelColumns.SCHEDULER),
                curve);
    }

    private static List<Similarity> similarities(RowReader row, String rgb, String depth) {
        var colours = row.getList(rgb).doubles();
        var depths = row.getList(depth).doubles();
        if (colours.size() != depths.size()) {
            throw new IllegalArgumentException(
                    "%d values of %s, %d of %s".formatted(colours.size(), rgb, depths.size(), depth));
        }
        var similarities = new ArrayList<Similarity>();
        for (int i = 0; i < colours.size(); i++) {
            similarities.add(new Similarity(colours.get(i), depths.get(i)));
        }
        return similarities;
    }
}
