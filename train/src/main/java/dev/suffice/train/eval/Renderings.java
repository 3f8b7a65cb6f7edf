package dev.suffice.train.eval;

import dev.suffice.train.DepthEncoding;
import dev.suffice.train.scene.LandscapeType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A folder of rendered shards (see {@link dev.suffice.train.scene.SceneShard}), as the judges see them: perspective pictures only. */
public final class Renderings {
    /** Shards from this number on are held out: nothing is trained on them. */
    public static final int FIRST_HELD_OUT = 900;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;

    /** The shards in a folder. */
    public Renderings(Path folder) {
        this.folder = folder;
    }

    /** The numbers of the complete shards, ascending. */
    List<Integer> shards(boolean heldOut) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(name -> name.matches("shard-\\d{1,9}\\.jsonl"))
                    .map(name -> Integer.parseInt(name.substring(6, name.length() - 6)))
                    .filter(number -> number >= FIRST_HELD_OUT == heldOut)
                    .sorted()
                    .toList();
        }
    }

    /** All captions of all training scenes, panoramas too. */
    public Set<String> trainingCaptions() throws IOException {
        var captions = new HashSet<String>();
        for (int shard : shards(false)) {
            Path file = lines(shard);
            for (String line : Files.readAllLines(file)) {
                captions.addAll(strings(parse(file, line).path("captions")));
            }
        }
        return captions;
    }

    /** Reads the perspective scenes of shards. */
    List<Rendering> read(List<Integer> shards) throws IOException {
        var scenes = new ArrayList<Rendering>();
        for (int shard : shards) {
            Path file = lines(shard);
            Path records = folder.resolve(file.getFileName().toString().replace(".jsonl", ".bin"));
            try (var arena = Arena.ofConfined();
                    var channel = FileChannel.open(records, StandardOpenOption.READ)) {
                MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
                for (String line : Files.readAllLines(file)) {
                    JsonNode node = parse(file, line);
                    if (!node.path("panorama").asBoolean(false)) {
                        scenes.add(scene(file, node, bytes));
                    }
                }
            }
        }
        return scenes;
    }

    private Path lines(int shard) {
        return folder.resolve(String.format(Locale.ROOT, "shard-%05d.jsonl", shard));
    }

    private static JsonNode parse(Path file, String line) throws IOException {
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            throw new IOException(file + ": not a line of JSON: " + line, e);
        }
    }

    private static List<String> strings(JsonNode array) {
        var strings = new ArrayList<String>();
        array.forEach(s -> strings.add(s.asString()));
        return strings;
    }

    private static Rendering scene(Path file, JsonNode node, MemorySegment bytes) throws IOException {
        long offset = node.path("offset").asLong(-1);
        int width = node.path("width").asInt(0);
        int height = node.path("height").asInt(0);
        long area = (long) width * height;
        if (offset < 0
                || width < 1
                || height < 1
                || width > 8192
                || height > 8192
                || offset + 8 * area > bytes.byteSize()) {
            throw new IOException(file + ": a scene of " + width + "x" + height + " pixels at " + offset
                    + " does not lie within the shard's " + bytes.byteSize() + " bytes");
        }
        var picture = Thumbnail.of(
                width,
                height,
                (x, y) -> bytes.get(ValueLayout.JAVA_BYTE, offset + 3 * ((long) y * width + x)) & 0xff,
                (x, y) -> bytes.get(ValueLayout.JAVA_BYTE, offset + 3 * ((long) y * width + x) + 1) & 0xff,
                (x, y) -> bytes.get(ValueLayout.JAVA_BYTE, offset + 3 * ((long) y * width + x) + 2) & 0xff,
                (x, y) ->
                        DepthEncoding.PLACES.encode(bytes.get(FLOAT, offset + 3 * area + 4 * ((long) y * width + x))));
        float[] mask = Thumbnail.shrink(
                width,
                height,
                (x, y) -> bytes.get(ValueLayout.JAVA_BYTE, offset + 7 * area + (long) y * width + x) == 0 ? 0 : 1,
                Thumbnail.GRID);
        String kind = node.path("kind").asString("");
        JsonNode objects = node.path("objects");
        String label = "";
        String colour = "";
        if (kind.equals("landscape")) {
            String terrain = node.path("tags").path("terrain").asString("");
            label = LandscapeType.of(terrain)
                    .map(type -> type.name().toLowerCase(Locale.ROOT))
                    .orElse("");
        } else if (objects.size() == 1) {
            label = objects.path(0).path("class").asString("");
            colour = objects.path(0).path("colour").asString("");
        }
        return new Rendering(picture, mask, kind, label, colour, strings(node.path("captions")));
    }
}
