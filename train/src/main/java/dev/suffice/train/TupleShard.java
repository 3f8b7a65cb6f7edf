package dev.suffice.train;

import dev.suffice.train.files.MappedFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file of rendered tuples, memory-mapped: for each scene RGB bytes [height, width, 3], then depth in metres as little-endian
 * floats [height, width], then an object mask in bytes [height, width]; beside it one line of JSON per scene. Thread-safe.
 */
final class TupleShard implements AutoCloseable {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String name;
    private final List<Scene> scenes;
    private final MemorySegment pixels;
    private final MappedFile file;

    private TupleShard(String name, List<Scene> scenes, MappedFile file) {
        this.name = name;
        this.scenes = scenes;
        this.pixels = file.bytes();
        this.file = file;
    }

    /** @param descriptions the shard's {@code .jsonl}; the {@code .bin} lies beside it */
    static TupleShard open(Path descriptions) throws IOException {
        String name = descriptions.getFileName().toString().replace(".jsonl", "");
        Path data = descriptions.resolveSibling(name + ".bin");
        MappedFile file = MappedFile.open(data);
        try {
            var scenes = new ArrayList<Scene>();
            for (String line : Files.readAllLines(descriptions)) {
                if (!line.isBlank()) {
                    scenes.add(scene(
                            descriptions,
                            scenes.size() + 1,
                            JSON.readTree(line),
                            file.bytes().byteSize()));
                }
            }
            return new TupleShard(name, List.copyOf(scenes), file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Scene scene(Path file, int line, JsonNode node, long available) throws IOException {
        var captions = new ArrayList<String>();
        node.path("captions").forEach(c -> captions.add(c.asString()));
        var scene = new Scene(
                node.path("offset").asLong(-1),
                node.path("width").asInt(0),
                node.path("height").asInt(0),
                node.path("panorama").asBoolean(false),
                List.copyOf(captions),
                node.path("kind").asString(""),
                node.path("mirrorable").asBoolean(false));
        boolean sized = scene.width() > 0 && scene.height() > 0 && scene.width() <= 8192 && scene.height() <= 8192;
        if (!sized || scene.offset() < 0 || scene.offset() + scene.bytes() > available) {
            throw new IOException(file + " line " + line + ": " + scene.width() + "x" + scene.height() + " pixels at "
                    + scene.offset() + " do not lie within the shard's " + available + " bytes");
        }
        if (captions.isEmpty()) {
            throw new IOException(file + " line " + line + ": no captions");
        }
        return scene;
    }

    String name() {
        return name;
    }

    List<Scene> scenes() {
        return scenes;
    }

    /** Red, green or blue, 0..255. */
    int colour(Scene scene, int x, int y, int channel) {
        long at = scene.offset() + 3L * ((long) y * scene.width() + x) + channel;
        return pixels.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    }

    /** Depth in metres. */
    float depth(Scene scene, int x, int y) {
        long area = (long) scene.width() * scene.height();
        return pixels.get(FLOAT, scene.offset() + 3 * area + 4 * ((long) y * scene.width() + x));
    }

    /** Whether an object, and not the room or the land, is seen there. */
    boolean object(Scene scene, int x, int y) {
        long area = (long) scene.width() * scene.height();
        return pixels.get(ValueLayout.JAVA_BYTE, scene.offset() + 7 * area + (long) y * scene.width() + x) != 0;
    }

    /**
     * Copies a window into planes of width * height values: red, green, blue, depth, all in -1..1, and the object mask (0 or 1).
     *
     * @param planes receives 4 planes from {@code at}
     * @param mask receives 1 plane from {@code maskAt}
     */
    void window(
            Scene scene,
            int left,
            int top,
            int width,
            int height,
            boolean mirrored,
            DepthEncoding encoding,
            float[] planes,
            int at,
            float[] mask,
            int maskAt) {
        int area = width * height;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int column = mirrored ? scene.width() - 1 - left - x : left + x;
                int index = at + y * width + x;
                for (int c = 0; c < 3; c++) {
                    planes[index + c * area] = colour(scene, column, top + y, c) / 127.5f - 1;
                }
                planes[index + 3 * area] = (float) (2 * encoding.encode(depth(scene, column, top + y)) - 1);
                mask[maskAt + y * width + x] = object(scene, column, top + y) ? 1 : 0;
            }
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
