package dev.suffice.train.eval;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A dataset that a judge learns in seconds: red sofas in rooms and blue cars outdoors, nearer towards the bottom. */
final class ToyRenderings {
    static final int SIDE = 64;

    private ToyRenderings() {}

    /** The toy's colour at a position: grey with a large coloured square. */
    static int rgb(boolean sofa, int shade, int x, int y) {
        return object(x, y) ? (sofa ? 0xc81414 : 0x1414c8) : shade * 0x010101;
    }

    private static boolean object(int x, int y) {
        return x > 12 && x < 52 && y > 20 && y < 56;
    }

    /** Writes one shard of half sofas, half cars. */
    static void write(Path folder, int number, int scenes) throws IOException {
        var random = new SplittableRandom(number);
        var bytes = ByteBuffer.allocate(scenes * 8 * SIDE * SIDE).order(ByteOrder.LITTLE_ENDIAN);
        var lines = new StringBuilder();
        for (int n = 0; n < scenes; n++) {
            boolean sofa = n % 2 == 0;
            int shade = random.nextInt(60, 200);
            lines.append("{\"offset\":")
                    .append(bytes.position())
                    .append(",\"width\":64,\"height\":64,\"panorama\":false,");
            lines.append("\"captions\":[\"")
                    .append(sofa ? "a red sofa in a room" : "a blue car outdoors")
                    .append("\"],");
            lines.append("\"kind\":\"")
                    .append(sofa ? "room" : "outdoor-object")
                    .append("\",\"objects\":[{\"class\":\"");
            lines.append(sofa ? "sofa" : "car").append("\",\"colour\":\"").append(sofa ? "red" : "blue");
            lines.append("\",\"model\":\"toy\"}],\"tags\":{},\"mirrorable\":true,\"seed\":1}\n");
            for (int i = 0; i < SIDE * SIDE; i++) {
                int rgb = rgb(sofa, shade, i % SIDE, i / SIDE);
                bytes.put((byte) (rgb >> 16)).put((byte) (rgb >> 8)).put((byte) rgb);
            }
            for (int i = 0; i < SIDE * SIDE; i++) {
                bytes.putFloat(metres(i / SIDE));
            }
            for (int i = 0; i < SIDE * SIDE; i++) {
                bytes.put((byte) (object(i % SIDE, i / SIDE) ? 1 : 0));
            }
        }
        Files.write(folder.resolve("shard-%05d.bin".formatted(number)), bytes.array());
        Files.writeString(folder.resolve("shard-%05d.jsonl".formatted(number)), lines);
    }

    /** 60 m at the top, 1 m at the bottom. */
    static float metres(int row) {
        return (float) (60 * Math.pow(1 / 60.0, row / 63.0));
    }
}
