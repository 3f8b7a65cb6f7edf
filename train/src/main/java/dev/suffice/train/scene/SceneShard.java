package dev.suffice.train.scene;

import dev.suffice.train.scene.SceneFacts.Indoors;
import dev.suffice.train.scene.SceneFacts.Outdoors;
import dev.suffice.train.scene.SceneFacts.Thing;
import dev.suffice.train.scene.trace.RenderedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/**
 * One file pair of a dataset: {@code shard-00000.bin} holds the scenes' records one after the other, little-endian and without header
 * (RGB bytes [H, W, 3]; depth as float32 metres [H, W], 1000 for sky; object mask bytes [H, W]), and {@code shard-00000.jsonl} one
 * JSON object per scene with the record's offset, sizes, captions and facts. Both are written under temporary names and moved when
 * complete, the JSON lines last: a shard whose lines exist is complete.
 */
public final class SceneShard {
    private final Path folder;
    private final String name;

    /** The shard of a number in a dataset folder. */
    public SceneShard(Path folder, int number) {
        this.folder = folder;
        this.name = String.format(Locale.ROOT, "shard-%05d", number);
    }

    /** The records. */
    public Path records() {
        return folder.resolve(name + ".bin");
    }

    /** The descriptions. */
    public Path lines() {
        return folder.resolve(name + ".jsonl");
    }

    /** Whether the shard was written to its end. */
    public boolean complete() {
        return Files.exists(lines()) && Files.exists(records());
    }

    /**
     * Writes the shard.
     *
     * @throws IOException if the folder cannot be written; what was there before stays as it was
     */
    public void write(Iterable<SceneTuple> scenes) throws IOException {
        Path bin = folder.resolve(name + ".bin.part");
        Path json = folder.resolve(name + ".jsonl.part");
        try {
            long offset = 0;
            var text = new StringBuilder();
            try (OutputStream out = Files.newOutputStream(bin)) {
                for (SceneTuple scene : scenes) {
                    byte[] record = record(scene.image());
                    out.write(record);
                    text.append(line(scene, offset)).append('\n');
                    offset += record.length;
                }
            }
            Files.writeString(json, text, StandardCharsets.UTF_8);
            Files.move(bin, records(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            Files.move(json, lines(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (UncheckedIOException failed) {
            throw new IOException(failed.getMessage(), failed);
        } finally {
            Files.deleteIfExists(bin);
            Files.deleteIfExists(json);
        }
    }

    /** One scene's record. */
    static byte[] record(RenderedImage image) {
        int n = image.width() * image.height();
        var buffer = ByteBuffer.allocate(8 * n).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(image.rgb());
        for (float metres : image.depth()) {
            buffer.putFloat(metres);
        }
        buffer.put(image.mask());
        return buffer.array();
    }

    private static String line(SceneTuple scene, long offset) {
        SceneFacts facts = scene.facts();
        var json = new StringBuilder("{\"offset\":").append(offset);
        json.append(",\"width\":").append(scene.image().width());
        json.append(",\"height\":").append(scene.image().height());
        json.append(",\"panorama\":").append(facts.panorama());
        json.append(",\"captions\":").append(strings(scene.captions()));
        json.append(",\"kind\":").append(string(facts.kind().label()));
        json.append(",\"objects\":[");
        for (int i = 0; i < facts.things().size(); i++) {
            Thing thing = facts.things().get(i);
            json.append(i == 0 ? "" : ",")
                    .append("{\"class\":")
                    .append(string(thing.type().name()))
                    .append(",\"colour\":")
                    .append(string(thing.colour()))
                    .append(",\"model\":")
                    .append(string(thing.model()))
                    .append('}');
        }
        json.append("],\"tags\":{");
        switch (facts.surroundings()) {
            case Indoors in -> {
                tag(json, "room", in.room());
                tag(json, "wall", in.wall());
                tag(json, "floor", in.floor());
                tag(json, "rug", in.rug());
                tag(json, "light", in.light());
            }
            case Outdoors out -> {
                tag(json, "sky", out.sky().getFirst());
                tag(json, "terrain", out.land().getFirst());
                tag(json, "extra", out.extras().isEmpty() ? "" : out.extras().getFirst());
            }
        }
        if (json.charAt(json.length() - 1) == ',') {
            json.setLength(json.length() - 1);
        }
        json.append("},\"mirrorable\":").append(scene.mirrorable());
        json.append(",\"seed\":").append(scene.seed()).append('}');
        return json.toString();
    }

    private static void tag(StringBuilder json, String key, String value) {
        if (!value.isEmpty()) {
            json.append(string(key)).append(':').append(string(value)).append(',');
        }
    }

    private static String strings(List<String> values) {
        var json = new StringBuilder("[");
        for (String value : values) {
            json.append(json.length() == 1 ? "" : ",").append(string(value));
        }
        return json.append(']').toString();
    }

    private static String string(String value) {
        var json = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
