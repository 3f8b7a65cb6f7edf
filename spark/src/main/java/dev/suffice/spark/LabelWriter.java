package dev.suffice.spark;

import dev.suffice.image.Similarity;
import dev.suffice.labels.LabelColumns;
import dev.suffice.labels.LabelPart;
import dev.suffice.labels.LabelledCurve;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * Writes the file of a part, on any file system that Hadoop knows: under another name first, then moved into place, so that it is there whole
 * or not at all, whoever computes it and however often.
 */
final class LabelWriter {
    private static final MessageType SCHEMA = MessageTypeParser.parseMessageType("""
            message labels {
              required binary %s (STRING);
              required binary %s (STRING);
              required int64 %s;
              required binary %s (STRING);
              required int32 %s;
              required int32 %s;
              required group %s (LIST) { repeated group list { required int32 element; } }
              required group %s (LIST) { repeated group list { required double element; } }
              required group %s (LIST) { repeated group list { required double element; } }
              required group %s (LIST) { repeated group list { required double element; } }
              required group %s (LIST) { repeated group list { required double element; } }
            }
            """.formatted(
                    LabelColumns.MODEL,
                    LabelColumns.PROMPT,
                    LabelColumns.SEED,
                    LabelColumns.SCHEDULER,
                    LabelColumns.STAYS_CLOSE,
                    LabelColumns.SETTLES,
                    LabelColumns.STEPS,
                    LabelColumns.RGB_TO_REFERENCE,
                    LabelColumns.DEPTH_TO_REFERENCE,
                    LabelColumns.RGB_TO_NEXT,
                    LabelColumns.DEPTH_TO_NEXT));

    private LabelWriter() {}

    static void write(String folder, LabelPart part, List<LabelledCurve> curves) throws IOException {
        var configuration = new Configuration();
        var target = new Path(folder, part.fileName());
        var files = target.getFileSystem(configuration);
        var temporary = new Path(folder, "_" + part.fileName() + "-" + UUID.randomUUID());
        try {
            try (var writer = ExampleParquetWriter.builder(temporary)
                    .withConf(configuration)
                    .withType(SCHEMA)
                    .withWriteMode(ParquetFileWriter.Mode.CREATE)
                    .withCompressionCodec(CompressionCodecName.GZIP)
                    .build()) {
                for (var curve : curves) {
                    writer.write(row(part, curve));
                }
            }
            // Another attempt may have been first; its file has the same rows.
            if (!files.rename(temporary, target) && !files.exists(target)) {
                throw new IOException(
                        "%s: cannot be moved into place; is the folder writable, the disk full?".formatted(target));
            }
        } finally {
            files.delete(temporary, false);
        }
    }

    private static Group row(LabelPart part, LabelledCurve labelled) {
        var curve = labelled.curve();
        var row = new SimpleGroup(SCHEMA);
        row.add(LabelColumns.MODEL, labelled.model());
        row.add(LabelColumns.PROMPT, labelled.prompt());
        row.add(LabelColumns.SEED, labelled.seed());
        row.add(LabelColumns.SCHEDULER, labelled.scheduler());
        row.add(LabelColumns.STAYS_CLOSE, curve.staysClose(part.close(), part.close()));
        row.add(LabelColumns.SETTLES, curve.settles(part.settled(), part.settled()));
        var steps = row.addGroup(LabelColumns.STEPS);
        part.counts().forEach(count -> steps.addGroup("list").add("element", count));
        add(row, LabelColumns.RGB_TO_REFERENCE, LabelColumns.DEPTH_TO_REFERENCE, curve.toReference());
        add(row, LabelColumns.RGB_TO_NEXT, LabelColumns.DEPTH_TO_NEXT, curve.toNext());
        return row;
    }

    private static void add(Group row, String rgb, String depth, List<Similarity> similarities) {
        var colours = row.addGroup(rgb);
        var depths = row.addGroup(depth);
        for (var similarity : similarities) {
            colours.addGroup("list").add("element", similarity.rgb());
            depths.addGroup("list").add("element", similarity.depth());
        }
    }
}
