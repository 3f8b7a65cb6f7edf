package dev.suffice.train.scene;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What to render and where to.
 *
 * @param assets folder with the {@code .sh3f} furniture libraries
 * @param output dataset folder; created if missing
 * @param firstShard number of the first shard; numbers from 900 on are held out from training
 * @param shards how many shards of 256 scenes
 * @param seed of the whole dataset
 * @param threads how many threads render
 * @param size height of the pictures, a multiple of 8 from 16 to 1024
 */
public record RenderOptions(Path assets, Path output, int firstShard, int shards, long seed, int threads, int size) {
    /** Scenes per shard. */
    public static final int SCENES_PER_SHARD = 256;

    /** The first shard number that training must not see. */
    public static final int FIRST_HELD_OUT_SHARD = 900;

    public RenderOptions {
        Objects.requireNonNull(assets, "assets");
        Objects.requireNonNull(output, "output");
        if (firstShard < 0 || firstShard > 99_999) {
            throw new IllegalArgumentException("first shard " + firstShard + ": must be 0 to 99999");
        }
        if (shards < 1 || firstShard + shards > 100_000) {
            throw new IllegalArgumentException(
                    "number of shards " + shards + ": must be at least 1 and end before shard 100000");
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads " + threads + ": must be at least 1");
        }
        if (size < 16 || size > 1024 || size % 8 != 0) {
            throw new IllegalArgumentException("picture size " + size + ": must be a multiple of 8 from 16 to 1024");
        }
    }
}
