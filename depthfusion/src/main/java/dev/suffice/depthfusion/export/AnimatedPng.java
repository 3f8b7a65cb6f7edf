package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.Texture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Frames of one size as an animated PNG (W3C, PNG third edition): the platform's encoder writes each as a PNG, and their image data
 * are put together. Programs that know only PNG show the first.
 */
final class AnimatedPng {
    private static final int SIGNATURE = 8;

    private AnimatedPng() {}

    /** An endless loop. */
    static byte[] of(List<Texture> frames, int milliseconds) throws IOException {
        var file = new ByteArrayOutputStream();
        int sequence = 0;
        for (int i = 0; i < frames.size(); i++) {
            var png = PngImage.rgb(frames.get(i));
            if (i == 0) {
                file.write(png, 0, SIGNATURE);
                chunk(file, "IHDR", data(png, "IHDR"));
                chunk(file, "acTL", big(8).putInt(frames.size()).putInt(0));
            }
            var texture = frames.get(i);
            chunk(
                    file,
                    "fcTL",
                    big(26).putInt(sequence++)
                            .putInt(texture.width())
                            .putInt(texture.height())
                            .putInt(0)
                            .putInt(0)
                            .putShort((short) milliseconds)
                            .putShort((short) 1000)
                            .put((byte) 0)
                            .put((byte) 0));
            var image = data(png, "IDAT");
            if (i == 0) {
                chunk(file, "IDAT", image);
            } else {
                chunk(file, "fdAT", big(4 + image.capacity()).putInt(sequence++).put(image.rewind()));
            }
        }
        chunk(file, "IEND", big(0));
        return file.toByteArray();
    }

    /** What all chunks of a type contain, one after the other. */
    private static ByteBuffer data(byte[] png, String type) {
        var source = ByteBuffer.wrap(png);
        var all = new ByteArrayOutputStream();
        var name = new byte[4];
        for (int at = SIGNATURE; at < png.length; at += 12 + source.getInt(at)) {
            source.get(at + 4, name);
            if (new String(name, StandardCharsets.US_ASCII).equals(type)) {
                all.write(png, at + 8, source.getInt(at));
            }
        }
        return ByteBuffer.wrap(all.toByteArray());
    }

    private static ByteBuffer big(int length) {
        return ByteBuffer.allocate(length);
    }

    private static void chunk(ByteArrayOutputStream file, String type, ByteBuffer content) {
        var name = type.getBytes(StandardCharsets.US_ASCII);
        var data = new byte[content.capacity()];
        content.get(0, data);
        var crc = new CRC32();
        crc.update(name);
        crc.update(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(name);
        file.writeBytes(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
