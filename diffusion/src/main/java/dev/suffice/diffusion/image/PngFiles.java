package dev.suffice.diffusion.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
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

    /** Pixels of any picture that the platform reads, as packed RGB bytes. */
    static byte[] rgbBytes(BufferedImage picture) {
        var plain = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
        plain.createGraphics().drawImage(picture, 0, 0, null);
        var data = ((DataBufferByte) plain.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < data.length; i += 3) {
            var blue = data[i];
            data[i] = data[i + 2];
            data[i + 2] = blue;
        }
        return data;
    }
}
