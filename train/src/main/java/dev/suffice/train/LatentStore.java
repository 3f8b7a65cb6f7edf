package dev.suffice.train;

import dev.suffice.train.files.AtomicFile;
import dev.suffice.train.files.MappedFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The latents of one shard's scenes, mirrored or not, in one file of half-precision values: a scene's latents lie at an eighth of
 * its pixel offset, counted in values. (A tuple takes 8 bytes per pixel and its latents 8 channels / 64 pixels: the places are
 * proportional, so no index is needed.)
 */
final class LatentStore implements AutoCloseable {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private final MappedFile file;
    private final MemorySegment values;

    private LatentStore(MappedFile file) {
        this.file = file;
        this.values = file.bytes();
    }

    /** Where the latents of a shard lie. */
    static Path file(Path folder, String shard, boolean mirrored) {
        return folder.resolve(shard + (mirrored ? ".mirrored" : "") + ".latents");
    }

    /** Encodes all scenes of a shard that may be encoded so. */
    static void write(
            Path file, TupleShard shard, boolean mirrored, FrozenAutoencoder autoencoder, DepthEncoding encoding)
            throws IOException {
        long size = shard.scenes().stream()
                .mapToLong(s -> position(s) + 2L * count(s))
                .max()
                .orElse(0);
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        for (Scene scene : shard.scenes()) {
            if (!mirrored || scene.mirrorable()) {
                int at = Math.toIntExact(position(scene));
                for (float value : autoencoder.encode(shard, scene, mirrored, encoding)) {
                    buffer.putShort(at, Float.floatToFloat16(value));
                    at += 2;
                }
            }
        }
        AtomicFile.write(file, path -> Files.write(path, buffer.array()));
    }

    static LatentStore open(Path file) throws IOException {
        return new LatentStore(MappedFile.open(file));
    }

    private static int count(Scene scene) {
        return scene.width() / 8 * (scene.height() / 8) * 8;
    }

    /** Bytes before the scene's latents: 8 pixels' tuples (64 bytes) hold 1 value (2 bytes). */
    private static long position(Scene scene) {
        return scene.offset() / 32;
    }

    /** Copies a scene's latents into {@code target} from {@code at}. @return how many */
    int read(Scene scene, float[] target, int at) {
        int count = count(scene);
        long position = position(scene);
        for (int i = 0; i < count; i++) {
            target[at + i] = Float.float16ToFloat(values.get(HALF, position + 2L * i));
        }
        return count;
    }

    @Override
    public void close() {
        file.close();
    }
}
