package dev.suffice.depthfusion;

import com.adobe.internal.xmp.XMPException;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.metadata.xmp.XmpDirectory;
import com.drew.metadata.xmp.XmpReader;
import dev.suffice.core.InvalidRequestException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The depth map inside a JPEG of a phone's portrait mode, as Google's depth map metadata describe it (XMP, namespace {@code GDepth}).
 *
 * @param depth the map; larger is farther
 * @param mapping what its values mean, once they are turned around
 * @param metric whether they are in metres
 */
record PortraitPhoto(BufferedImage depth, DepthMapping mapping, boolean metric) {
    private static final String NAMESPACE = "http://ns.google.com/photos/1.0/depthmap/";
    private static final long MAX_BYTES = 256L * 1024 * 1024;

    /**
     * Reads it, if the file is a JPEG that has one.
     *
     * @throws InvalidRequestException if it has one that cannot be read
     */
    static Optional<PortraitPhoto> read(Path file) {
        List<XmpDirectory> parts;
        try (var stream = Files.newInputStream(file)) {
            if (stream.read() != 0xff || stream.read() != 0xd8 || Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            parts = new ArrayList<>(JpegMetadataReader.readMetadata(file.toFile(), List.of(new XmpReader()))
                    .getDirectoriesOfType(XmpDirectory.class));
        } catch (IOException | JpegProcessingException e) {
            return Optional.empty(); // whoever reads the picture will say why
        }
        return property(parts, "Data").map(data -> decoded(file, parts, data));
    }

    private static PortraitPhoto decoded(Path file, List<XmpDirectory> parts, String data) {
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(data);
        } catch (IllegalArgumentException e) {
            throw broken(file, "GDepth:Data is no base64");
        }
        BufferedImage depth;
        try (var stream = new ByteArrayInputStream(bytes)) {
            depth = DepthPair.decoded(stream, file + ", its depth map GDepth:Data");
        } catch (IOException e) {
            throw broken(file, "GDepth:Data cannot be read: " + e.getMessage());
        }
        var units = property(parts, "Units");
        boolean inverse = switch (property(parts, "Format").orElse("RangeInverse")) {
            case "RangeInverse" -> true;
            case "RangeLinear" -> false;
            default ->
                throw broken(
                        file,
                        "GDepth:Format %s must be RangeInverse or RangeLinear"
                                .formatted(property(parts, "Format").orElse("")));
        };
        if (units.isEmpty()) {
            var range = DepthMapping.relative();
            return new PortraitPhoto(
                    depth, inverse ? range : new DepthMapping.Linear(range.near(), range.far()), false);
        }
        double unit = switch (units.get()) {
            case "m" -> 1;
            case "mm" -> 1e-3;
            default -> throw broken(file, "GDepth:Units %s must be m or mm".formatted(units.get()));
        };
        double near = unit * number(file, parts, "Near");
        double far = unit * number(file, parts, "Far");
        if (!(near > 0 && far > near && far < 1e6)) {
            throw broken(file, "GDepth:Near %s and GDepth:Far %s must be above 0 and rise".formatted(near, far));
        }
        return new PortraitPhoto(
                depth, inverse ? new DepthMapping.Disparity(near, far) : new DepthMapping.Linear(near, far), true);
    }

    private static double number(Path file, List<XmpDirectory> parts, String name) {
        var text = property(parts, name);
        try {
            return Double.parseDouble(text.orElse("missing"));
        } catch (NumberFormatException e) {
            throw broken(file, "GDepth:%s %s must be a number".formatted(name, text.orElse("missing")));
        }
    }

    /** Of whichever part of the metadata has it: long values are in an extension. */
    private static Optional<String> property(List<XmpDirectory> parts, String name) {
        for (var part : parts) {
            try {
                var value = part.getXMPMeta().getPropertyString(NAMESPACE, name);
                if (value != null) {
                    return Optional.of(value);
                }
            } catch (XMPException e) {
                // not in this part
            }
        }
        return Optional.empty();
    }

    private static InvalidRequestException broken(Path file, String reason) {
        return new InvalidRequestException(
                "image %s: its portrait depth map is broken: %s; name another one with --depth FILE"
                        .formatted(file, reason));
    }
}
