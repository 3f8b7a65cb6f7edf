package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.Scene;
import dev.suffice.depthfusion.resample.CubeFace;
import dev.suffice.depthfusion.resample.Resampler;
import dev.suffice.depthfusion.resample.Surround;
import dev.suffice.image.PngFiles;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Six square pictures of 90 degrees with their depth maps, 16 bits, larger = nearer, along the axis of each face, in the steps of the
 * scene's depth mapping. A perspective picture is extended to the whole sphere first.
 */
public final class CubemapExport implements Export {
    private static final int SMALLEST = 16;
    private static final int LARGEST = 2048;

    @Override
    public String name() {
        return "cubemap";
    }

    @Override
    public String extension() {
        return "png";
    }

    @Override
    public String description() {
        return "six faces with 16-bit depth: game engines, sky boxes";
    }

    @Override
    public Map<String, byte[]> files(LayeredScene layered, String name) throws IOException {
        var panorama = Surround.of(layered.scene());
        var size = size(panorama);
        var files = new LinkedHashMap<String, byte[]>();
        for (var face : CubeFace.values()) {
            var image = new Resampler(panorama).face(face, size).image();
            files.put("%s-cubemap/%s.png".formatted(name, face.label()), PngFiles.rgb(image, Map.of()));
            files.put("%s-cubemap/%s-depth.png".formatted(name, face.label()), PngFiles.depth(image, Map.of()));
        }
        return files;
    }

    /** A quarter of the way around, rounded up to a power of two. */
    private static int size(Scene panorama) {
        var quarter = panorama.image().width() / 4;
        return Math.clamp(Integer.highestOneBit(Math.max(1, 2 * quarter - 1)), SMALLEST, LARGEST);
    }
}
