package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.LayeredScene;
import java.io.IOException;
import java.util.Map;

/**
 * The depth map as 16-bit grey PNG in millimetres, as tools for depth cameras read it; 65535 is that far or farther. Along the viewing
 * axis for perspective pictures, from the eye for panoramas.
 */
public final class Png16Export implements Export {
    @Override
    public String name() {
        return "png16";
    }

    @Override
    public String extension() {
        return "png";
    }

    @Override
    public String description() {
        return "depth in millimetres as 16-bit grey PNG: Open3D, OpenCV, depth camera tools";
    }

    @Override
    public Map<String, byte[]> files(LayeredScene scene, String name) throws IOException {
        return Map.of(name + "-depth-mm.png", bytes(scene));
    }

    static byte[] bytes(LayeredScene layered) throws IOException {
        var scene = layered.scene();
        var width = scene.image().width();
        var values = new short[width * scene.image().height()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (short) Math.min(65535, Math.round(1000 / scene.inverseDepth(i % width, i / width)));
        }
        return PngImage.grey(width, scene.image().height(), values);
    }
}
