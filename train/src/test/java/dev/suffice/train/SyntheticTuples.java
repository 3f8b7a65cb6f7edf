package dev.suffice.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Writes small shards in the renderer's format: one box in front of a wall, every third scene a panorama. */
final class SyntheticTuples {
    static final int SIDE = 128;

    private SyntheticTuples() {}

    static void write(Path folder, int number, int scenes) throws IOException {
        Files.createDirectories(folder);
        var random = new SplittableRandom(number);
        var lines = new StringBuilder();
        long offset = 0;
        Path data = folder.resolve("shard-%05d.bin".formatted(number));
        try (var out = Files.newOutputStream(data)) {
            for (int i = 0; i < scenes; i++) {
                boolean panorama = i % 3 == 2;
                int width = panorama ? 2 * SIDE : SIDE;
                byte[] tuple = tuple(width, random);
                out.write(tuple);
                lines.append(
                        "{\"offset\":%d,\"width\":%d,\"height\":%d,\"panorama\":%b,\"captions\":[\"box %d of %d\",\"a box\"],\"kind\":\"room\",\"mirrorable\":%b,\"seed\":1}%n"
                                .formatted(offset, width, SIDE, panorama, i, number, i % 2 == 0));
                offset += tuple.length;
            }
        }
        Files.writeString(folder.resolve("shard-%05d.jsonl".formatted(number)), lines);
    }

    private static byte[] tuple(int width, SplittableRandom random) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * width * SIDE).order(ByteOrder.LITTLE_ENDIAN);
        int left = random.nextInt(width / 2);
        int top = random.nextInt(SIDE / 2);
        int wall = random.nextInt(256);
        int area = width * SIDE;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < width; x++) {
                boolean inside = x >= left && x < left + 40 && y >= top && y < top + 40;
                int index = y * width + x;
                bytes.put(3 * index, (byte) (inside ? 200 : wall));
                bytes.put(3 * index + 1, (byte) (inside ? x : wall));
                bytes.put(3 * index + 2, (byte) (inside ? y : 255 - wall));
                bytes.putFloat(3 * area + 4 * index, inside ? 2 : 5);
                bytes.put(7 * area + index, (byte) (inside ? 1 : 0));
            }
        }
        return bytes.array();
    }
}
