package dev.suffice.train;

import dev.suffice.train.files.MappedFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The sentence encoder's output for every caption, computed once: a text file with one caption per line, and a file with
 * {@value SentenceEncoder#TOKENS} * {@value SentenceEncoder#WIDTH} half-precision values for each line. Grows at the end; a
 * caption counts when both files have it.
 */
final class TextFeatures implements AutoCloseable {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int VALUES = SentenceEncoder.TOKENS * SentenceEncoder.WIDTH;
    private static final int BATCH = 8;

    private final Map<String, Integer> rows;
    private final MappedFile file;
    private final MemorySegment values;

    private TextFeatures(Map<String, Integer> rows, MappedFile file) {
        this.rows = rows;
        this.file = file;
        this.values = file.bytes();
    }

    private static Path texts(Path folder) {
        return folder.resolve("captions.txt");
    }

    private static Path vectors(Path folder) {
        return folder.resolve("captions.f16");
    }

    /** The captions that the folder has features of, in order. */
    private static List<String> complete(Path folder) throws IOException {
        if (!Files.exists(texts(folder)) || !Files.exists(vectors(folder))) {
            return List.of();
        }
        String content = Files.readString(texts(folder));
        List<String> lines =
                content.substring(0, content.lastIndexOf('\n') + 1).lines().toList();
        long rows = Files.size(vectors(folder)) / (2L * VALUES);
        return lines.subList(0, (int) Math.min(rows, lines.size()));
    }

    /** Encodes the captions that are missing, and appends them. */
    static void extend(Path folder, Collection<String> captions, TextEncoder encoder, IntConsumer progress)
            throws IOException {
        Files.createDirectories(folder);
        List<String> known = complete(folder);
        var missing = new LinkedHashSet<>(captions);
        missing.removeAll(new HashSet<>(known));
        try (var text = FileChannel.open(texts(folder), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var vector = FileChannel.open(vectors(folder), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long bytes = 0;
            for (String line : known) {
                bytes += line.getBytes(StandardCharsets.UTF_8).length + 1;
            }
            text.truncate(bytes).position(bytes);
            vector.truncate(known.size() * 2L * VALUES).position(known.size() * 2L * VALUES);
            var batch = new ArrayList<String>();
            int done = 0;
            for (String caption : missing) {
                if (caption.indexOf('\n') >= 0) {
                    throw new IOException("caption \"" + caption + "\": has a line break");
                }
                batch.add(caption);
                done++;
                if (batch.size() == BATCH || done == missing.size()) {
                    append(vector, text, batch, encoder.encode(batch));
                    batch.clear();
                    progress.accept(done);
                }
            }
        }
    }

    private static void append(FileChannel vector, FileChannel text, List<String> batch, float[] features)
            throws IOException {
        ByteBuffer halves = ByteBuffer.allocate(2 * features.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : features) {
            halves.putShort(Float.floatToFloat16(value));
        }
        drain(vector, halves.flip());
        drain(text, ByteBuffer.wrap((String.join("\n", batch) + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private static void drain(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    static TextFeatures open(Path folder) throws IOException {
        List<String> lines = complete(folder);
        var rows = new HashMap<String, Integer>();
        for (int i = 0; i < lines.size(); i++) {
            rows.put(lines.get(i), i);
        }
        return new TextFeatures(rows, MappedFile.open(vectors(folder), lines.size() * 2L * VALUES));
    }

    boolean has(String caption) {
        return rows.containsKey(caption);
    }

    /** Copies a caption's features into {@code target}, as the {@code index}-th text of a batch. */
    void read(String caption, float[] target, int index) {
        Integer row = rows.get(caption);
        if (row == null) {
            throw new IllegalArgumentException("caption \"" + caption + "\": not encoded");
        }
        long position = row * 2L * VALUES;
        for (int i = 0; i < VALUES; i++) {
            target[index * VALUES + i] = Float.float16ToFloat(values.get(HALF, position + 2L * i));
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
