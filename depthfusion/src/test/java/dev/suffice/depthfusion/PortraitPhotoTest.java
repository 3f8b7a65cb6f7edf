package dev.suffice.depthfusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.InvalidRequestException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JPEGs put together by the specifications of XMP in JPEG (ISO 16684-3) and of Google's depth map metadata. */
class PortraitPhotoTest {
    private static final String RDF =
            "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
                    + "<rdf:Description rdf:about=\"\" xmlns:GDepth=\"http://ns.google.com/photos/1.0/depthmap/\""
                    + " xmlns:xmpNote=\"http://ns.adobe.com/xmp/note/\" %s/></rdf:RDF></x:xmpmeta>";
    private static final int EXTENSION_CHUNK = 65_000;

    @TempDir
    Path folder;

    private static BufferedImage depths(int width, int height, boolean noisy) {
        var random = new SplittableRandom(1);
        var depths = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                depths.getRaster().setSample(x, y, 0, y == 0 ? (x == 0 ? 0 : 255) : noisy ? random.nextInt(256) : 51);
            }
        }
        return depths;
    }

    private static String base64(BufferedImage picture) throws IOException {
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static void segment(DataOutputStream out, byte[]... parts) throws IOException {
        out.writeShort(0xffe1);
        out.writeShort(2 + Arrays.stream(parts).mapToInt(p -> p.length).sum());
        for (var part : parts) {
            out.write(part);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A JPEG with the attributes in its XMP, and others in its extended XMP. */
    private Path photo(String attributes, String extended) throws IOException, NoSuchAlgorithmException {
        var jpeg = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(16, 12, BufferedImage.TYPE_INT_RGB), "jpg", jpeg);
        var file = new ByteArrayOutputStream();
        var out = new DataOutputStream(file);
        out.write(jpeg.toByteArray(), 0, 2);
        var extension = RDF.formatted(extended).getBytes(StandardCharsets.UTF_8);
        var guid = HexFormat.of()
                .withUpperCase()
                .formatHex(MessageDigest.getInstance("MD5").digest(extension));
        var note = extended.isEmpty() ? "" : " xmpNote:HasExtendedXMP=\"%s\"".formatted(guid);
        segment(
                out,
                ascii("http://ns.adobe.com/xap/1.0/\0"),
                RDF.formatted(attributes + note).getBytes(StandardCharsets.UTF_8));
        for (int at = 0; !extended.isEmpty() && at < extension.length; at += EXTENSION_CHUNK) {
            var head = new ByteArrayOutputStream();
            var data = new DataOutputStream(head);
            data.writeInt(extension.length);
            data.writeInt(at);
            segment(
                    out,
                    ascii("http://ns.adobe.com/xmp/extension/\0"),
                    ascii(guid),
                    head.toByteArray(),
                    Arrays.copyOfRange(extension, at, Math.min(extension.length, at + EXTENSION_CHUNK)));
        }
        out.write(jpeg.toByteArray(), 2, jpeg.size() - 2);
        return Files.write(folder.resolve("photo.jpg"), file.toByteArray());
    }

    private static String attributes(String format, String units) {
        return "GDepth:Format=\"%s\" GDepth:Near=\"500\" GDepth:Far=\"4000\" GDepth:Mime=\"image/png\"%s"
                .formatted(format, units.isEmpty() ? "" : " GDepth:Units=\"%s\"".formatted(units));
    }

    /** dn of 0.2 by the formulas of the specification. */
    @ParameterizedTest
    @CsvSource({"RangeInverse, 0.6061", "RangeLinear, 1.2"})
    void depthIsWhatTheFormatSays(String format, double metres) throws Exception {
        var photo =
                photo(attributes(format, "mm") + " GDepth:Data=\"%s\"".formatted(base64(depths(16, 12, false))), "");
        var scene = SceneSource.of(photo).read();
        assertThat(scene.metric()).isTrue();
        assertThat(1 / scene.mapping().inverse(scene.image().depth(0, 0))).isEqualTo(0.5, within(1e-4));
        assertThat(1 / scene.mapping().inverse(scene.image().depth(5, 0))).isEqualTo(4, within(1e-3));
        assertThat(1 / scene.mapping().inverse(scene.image().depth(5, 5))).isEqualTo(metres, within(1e-3));
        assertThat(scene.projection()).isInstanceOf(Projection.Perspective.class);
    }

    @Test
    void largeDepthMapsAreInExtendedMetadata() throws Exception {
        var depths = depths(400, 300, true);
        var data = base64(depths);
        assertThat(data.length()).isGreaterThan(2 * EXTENSION_CHUNK);
        var photo = photo(attributes("RangeInverse", "m"), "GDepth:Data=\"%s\"".formatted(data));
        var portrait = PortraitPhoto.read(photo).orElseThrow();
        assertThat(portrait.depth().getWidth()).isEqualTo(400);
        assertThat(portrait.depth().getRaster().getSample(77, 99, 0))
                .isEqualTo(depths.getRaster().getSample(77, 99, 0));
        assertThat(portrait.mapping()).isEqualTo(new DepthMapping.Disparity(500, 4000));
        assertThat(SceneSource.of(photo).read().image().width()).isEqualTo(16);
    }

    @Test
    void withoutAUnitTheRangeIsNotMetric() throws Exception {
        var photo = photo(
                attributes("RangeInverse", "") + " GDepth:Data=\"%s\"".formatted(base64(depths(16, 12, false))), "");
        var scene = SceneSource.of(photo).read();
        assertThat(scene.metric()).isFalse();
        assertThat(scene.mapping()).isEqualTo(DepthMapping.relative());
    }

    @Test
    void aDepthMapBesideThePhotoComesFirst() throws Exception {
        var photo = photo(
                attributes("RangeInverse", "m") + " GDepth:Data=\"%s\"".formatted(base64(depths(16, 12, false))), "");
        ImageIO.write(
                depths(16, 12, false), "png", folder.resolve("photo-depth.png").toFile());
        assertThat(SceneSource.of(photo).read().metric()).isFalse();
    }

    @Test
    void aPhotoWithoutOneNeedsADepthMap() throws Exception {
        var photo = photo("", "");
        assertThat(PortraitPhoto.read(photo)).isEmpty();
        assertThatThrownBy(() -> SceneSource.of(photo).read())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "image %s: has no depth map, and %s does not exist; name one with --depth FILE, or use --layout if it is in the same picture"
                                .formatted(photo, folder.resolve("photo-depth.png")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GDepth:Data=\"A\" | GDepth:Data is no base64",
                "GDepth:Data=\"AAAA\" | not a picture that can be read; use PNG or JPEG",
                "GDepth:Format=\"RangeCubic\" GDepth:Data=\"OK\" | GDepth:Format RangeCubic must be RangeInverse or RangeLinear",
                "GDepth:Units=\"ft\" GDepth:Data=\"OK\" | GDepth:Units ft must be m or mm",
                "GDepth:Units=\"m\" GDepth:Near=\"1\" GDepth:Data=\"OK\" | GDepth:Far missing must be a number",
                "GDepth:Units=\"m\" GDepth:Near=\"2\" GDepth:Far=\"1\" GDepth:Data=\"OK\" | GDepth:Near 2.0 and GDepth:Far 1.0 must be above 0 and rise",
            })
    void whatIsBrokenIsNamed(String attributes, String reason) throws Exception {
        var photo = photo(attributes.replace("\"OK\"", "\"%s\"".formatted(base64(depths(16, 12, false)))), "");
        assertThatThrownBy(() -> SceneSource.of(photo).read())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(photo.toString())
                .hasMessageContaining(reason);
    }
}
