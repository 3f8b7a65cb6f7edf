package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.LayeredScene;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;

/**
 * OpenEXR 2 (Academy Software Foundation), scan lines with ZIP compression: R, G, B as linear light in half precision, Z as depth in
 * metres in single precision. Z is measured along the viewing axis for perspective pictures, from the eye for panoramas.
 */
public final class ExrExport implements Export {
    private static final int MAGIC = 20000630;
    private static final int ZIP = 3;
    private static final int LINES = 16;
    private static final int HALF = 1;
    private static final int FLOAT = 2;

    @Override
    public String name() {
        return "exr";
    }

    @Override
    public String extension() {
        return "exr";
    }

    @Override
    public String description() {
        return "OpenEXR with linear R, G, B and depth Z in metres: Nuke, Blender, Houdini, TouchDesigner";
    }

    @Override
    public Map<String, byte[]> files(LayeredScene scene, String name) throws IOException {
        return Map.of(name + ".exr", bytes(scene));
    }

    static byte[] bytes(LayeredScene layered) throws IOException {
        var image = layered.scene().image();
        var header = header(
                image.width(), image.height(), layered.scene().projection().wraps());
        var chunks = chunks(layered);
        long length = header.length + 8L * chunks.size();
        for (var chunk : chunks) {
            length += 8 + chunk.length;
        }
        var file = new LittleEndian(Math.toIntExact(length)).raw(header);
        long at = header.length + 8L * chunks.size();
        for (var chunk : chunks) {
            file.i64(at);
            at += 8 + chunk.length;
        }
        for (int i = 0; i < chunks.size(); i++) {
            file.i32(i * LINES).i32(chunks.get(i).length).raw(chunks.get(i));
        }
        return file.bytes();
    }

    private static byte[] header(int width, int height, boolean panorama) throws IOException {
        var channels = new ByteArrayOutputStream();
        for (var channel : List.of("B", "G", "R", "Z")) {
            channels.write(text(channel));
            channels.write(new LittleEndian(16)
                    .i32(channel.equals("Z") ? FLOAT : HALF)
                    .i32(0)
                    .i32(1)
                    .i32(1)
                    .bytes());
        }
        channels.write(0);
        var window = new LittleEndian(16)
                .i32(0)
                .i32(0)
                .i32(width - 1)
                .i32(height - 1)
                .bytes();
        var header = new ByteArrayOutputStream();
        header.write(new LittleEndian(8).i32(MAGIC).i32(2).bytes());
        attribute(header, "channels", "chlist", channels.toByteArray());
        attribute(header, "compression", "compression", new byte[] {ZIP});
        attribute(header, "dataWindow", "box2i", window);
        attribute(header, "displayWindow", "box2i", window);
        if (panorama) {
            attribute(header, "envmap", "envmap", new byte[] {0}); // latitude and longitude
        }
        attribute(header, "lineOrder", "lineOrder", new byte[] {0});
        attribute(
                header, "pixelAspectRatio", "float", new LittleEndian(4).f32(1).bytes());
        attribute(
                header,
                "screenWindowCenter",
                "v2f",
                new LittleEndian(8).f32(0).f32(0).bytes());
        attribute(
                header, "screenWindowWidth", "float", new LittleEndian(4).f32(1).bytes());
        header.write(0);
        return header.toByteArray();
    }

    private static void attribute(ByteArrayOutputStream header, String name, String type, byte[] value)
            throws IOException {
        header.write(text(name));
        header.write(text(type));
        header.write(new LittleEndian(4).i32(value.length).bytes());
        header.write(value);
    }

    private static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private static List<byte[]> chunks(LayeredScene layered) {
        var scene = layered.scene();
        var image = scene.image();
        var linear = linearLight();
        var chunks = new ArrayList<byte[]>();
        for (int top = 0; top < image.height(); top += LINES) {
            var lines = Math.min(LINES, image.height() - top);
            var raw = new LittleEndian(10 * image.width() * lines);
            for (int y = top; y < top + lines; y++) {
                for (int shift = 0; shift <= 16; shift += 8) {
                    for (int x = 0; x < image.width(); x++) {
                        raw.i16(linear[image.rgb(x, y) >> shift & 0xff]);
                    }
                }
                for (int x = 0; x < image.width(); x++) {
                    raw.f32(1 / scene.inverseDepth(x, y));
                }
            }
            chunks.add(compressed(raw.bytes()));
        }
        return chunks;
    }

    /** Half-precision linear light of each 8-bit sRGB value. */
    private static short[] linearLight() {
        var linear = new short[256];
        for (int i = 0; i < 256; i++) {
            var value = i / 255.0;
            linear[i] = Float.floatToFloat16(
                    (float) (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4)));
        }
        return linear;
    }

    /** Even bytes before odd ones, then differences, then deflate: as the format's ZIP compression does it. */
    private static byte[] compressed(byte[] raw) {
        var sorted = new byte[raw.length];
        var half = (raw.length + 1) / 2;
        for (int i = 0; i < raw.length; i++) {
            sorted[(i % 2 == 0 ? 0 : half) + i / 2] = raw[i];
        }
        for (int i = raw.length - 1; i > 0; i--) {
            sorted[i] = (byte) (sorted[i] - sorted[i - 1] + 128);
        }
        var deflater = new Deflater(6);
        try {
            deflater.setInput(sorted);
            deflater.finish();
            var bytes = new ByteArrayOutputStream();
            var buffer = new byte[16384];
            while (!deflater.finished()) {
                bytes.write(buffer, 0, deflater.deflate(buffer));
            }
            return bytes.size() < raw.length ? bytes.toByteArray() : raw; // as large as before: stored as it was
        } finally {
            deflater.end();
        }
    }
}
