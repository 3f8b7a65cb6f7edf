package dev.suffice.image;

import dev.suffice.core.InvalidRequestException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferUShort;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import org.w3c.dom.Element;

/** PNG as this project writes and reads it: 8-bit RGB, 16-bit grey, and text that travels inside the file. */
public final class PngFiles {
    private static final String FORMAT = "javax_imageio_png_1.0";

    private static final long MAX_PIXELS = 64L * 1024 * 1024;

    private PngFiles() {}

    /**
     * The RGB picture as a PNG file.
     *
     * @param text keys (Latin-1, at most 79 characters) and texts to carry, as iTXt chunks
     */
    public static byte[] rgb(RgbdImage image, Map<String, String> text) throws IOException {
        var picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                picture.setRGB(x, y, image.rgb(x, y));
            }
        }
        return encode(picture, text);
    }

    /** The depth map as a 16-bit grey PNG file. */
    public static byte[] depth(RgbdImage image, Map<String, String> text) throws IOException {
        var picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_USHORT_GRAY);
        var data = ((DataBufferUShort) picture.getRaster().getDataBuffer()).getData();
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                data[y * image.width() + x] = (short) image.depth(x, y);
            }
        }
        return encode(picture, text);
    }

    /** The texts that a PNG file carries; empty where it has none. */
    public static Map<String, String> text(Path file) throws IOException {
        var readers = ImageIO.getImageReadersByFormatName("png");
        var reader = readers.next();
        try (var stream = ImageIO.createImageInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            reader.setInput(stream);
            var texts = new LinkedHashMap<String, String>();
            var root = (Element) reader.getImageMetadata(0).getAsTree(FORMAT);
            for (var kind : new String[] {"tEXtEntry", "iTXtEntry"}) {
                var entries = root.getElementsByTagName(kind);
                for (int i = 0; i < entries.getLength(); i++) {
                    var entry = (Element) entries.item(i);
                    texts.put(
                            entry.getAttribute("keyword"),
                            entry.getAttribute(kind.equals("tEXtEntry") ? "value" : "text"));
                }
            }
            return texts;
        } finally {
            reader.dispose();
        }
    }

    private static byte[] encode(BufferedImage picture, Map<String, String> text) throws IOException {
        var writer = ImageIO.getImageWritersByFormatName("png").next();
        var bytes = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(stream);
            var metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), null);
            if (!text.isEmpty()) {
                addText(metadata, text);
            }
            writer.write(new IIOImage(picture, null, metadata));
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static void addText(IIOMetadata metadata, Map<String, String> text) throws IIOInvalidTreeException {
        var chunks = new IIOMetadataNode("iTXt");
        text.forEach((key, value) -> {
            var chunk = new IIOMetadataNode("iTXtEntry");
            chunk.setAttribute("keyword", key);
            chunk.setAttribute("compressionFlag", "FALSE");
            chunk.setAttribute("compressionMethod", "0");
            chunk.setAttribute("languageTag", "");
            chunk.setAttribute("translatedKeyword", "");
            chunk.setAttribute("text", value);
            chunks.appendChild(chunk);
        });
        var root = new IIOMetadataNode(FORMAT);
        root.appendChild(chunks);
        metadata.mergeTree(FORMAT, root);
    }

    /**
     * A picture with its depth map, from any files that the platform reads (PNG, JPEG).
     *
     * @param rgb a colour picture
     * @param depth a grey picture of the same size, 16 or 8 bits, larger = nearer
     * @throws InvalidRequestException if either cannot be read, or their sizes differ
     */
    public static RgbdImage read(Path rgb, Path depth, DepthScale scale) {
        var colours = picture(rgb);
        var depths = picture(depth);
        if (colours.getWidth() != depths.getWidth() || colours.getHeight() != depths.getHeight()) {
            throw new InvalidRequestException("depth map %s is %dx%d: must be as large as the image %s, %dx%d"
                    .formatted(
                            depth,
                            depths.getWidth(),
                            depths.getHeight(),
                            rgb,
                            colours.getWidth(),
                            colours.getHeight()));
        }
        return new RgbdImage(colours.getWidth(), colours.getHeight(), rgbBytes(colours), grey(depths), scale);
    }

    private static BufferedImage picture(Path file) {
        try (var stream = ImageIO.createImageInputStream(Files.newInputStream(file))) {
            var readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw new InvalidRequestException(
                        "image %s: not a picture that can be read; use PNG or JPEG".formatted(file));
            }
            var reader = readers.next();
            try {
                reader.setInput(stream);
                if ((long) reader.getWidth(0) * reader.getHeight(0) > MAX_PIXELS) {
                    throw new InvalidRequestException("image %s is %dx%d: must have at most %d pixels"
                            .formatted(file, reader.getWidth(0), reader.getHeight(0), MAX_PIXELS));
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (NoSuchFileException e) {
            throw new InvalidRequestException("image %s: no such file".formatted(file));
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new InvalidRequestException("image %s: cannot be read: %s".formatted(file, e.getMessage()));
        }
    }

    private static byte[] rgbBytes(BufferedImage picture) {
        var width = picture.getWidth();
        var bytes = new byte[3 * width * picture.getHeight()];
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < width; x++) {
                var rgb = picture.getRGB(x, y);
                var at = 3 * (y * width + x);
                bytes[at] = (byte) (rgb >> 16);
                bytes[at + 1] = (byte) (rgb >> 8);
                bytes[at + 2] = (byte) rgb;
            }
        }
        return bytes;
    }

    /** The first band at 16 bits: 8-bit values times 257, so that white stays white. */
    private static short[] grey(BufferedImage picture) {
        var raster = picture.getRaster();
        var wide = raster.getSampleModel().getSampleSize(0) > 8;
        var depths = new short[picture.getWidth() * picture.getHeight()];
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                var value = raster.getSample(x, y, 0);
                depths[y * picture.getWidth() + x] = (short) (wide ? value : value * 257);
            }
        }
        return depths;
    }
}
