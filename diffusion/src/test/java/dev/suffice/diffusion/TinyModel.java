package dev.suffice.diffusion;

import dev.suffice.engine.Engine;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The small models with random weights that tests run on. */
final class TinyModel {
    /** One depth channel, images of 32 x 16, latents half as large. */
    static final Path FOUR_CHANNELS = Path.of("../models/src/test/resources/goldens/ldm3d/tiny-ldm3d-4c");

    private TinyModel() {}

    static Ldm3dPipeline open(Path folder) {
        return open(folder, Engines.named(Engines.DEFAULT), 1);
    }

    static Ldm3dPipeline open(Path folder, Engine engine, int threads) {
        return Ldm3dPipeline.open(
                folder,
                "tiny",
                Path.of("target/cache"),
                engine,
                SessionOptions.defaults().withThreads(threads));
    }

    /** A copy whose files a test may change. */
    static Path copy(Path target) throws IOException {
        copy(FOUR_CHANNELS, target);
        return target;
    }

    static void copy(Path source, Path target) throws IOException {
        try (var files = Files.walk(source)) {
            for (var file : files.toList()) {
                var to = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.write(to, Files.readAllBytes(file));
                }
            }
        }
    }

    /** The picture that {@code bench/peers/record_runs.py} uses. */
    static RgbdImage picture(int width, int height) {
        var rgb = new byte[3 * width * height];
        var depth = new short[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                var at = y * width + x;
                rgb[3 * at] = (byte) (x * 8);
                rgb[3 * at + 1] = (byte) (y * 8);
                rgb[3 * at + 2] = (byte) ((x + y) * 4);
                depth[at] = (short) (x * 1000 + y * 900);
            }
        }
        return new RgbdImage(width, height, rgb, depth, new DepthScale.Relative());
    }
}
