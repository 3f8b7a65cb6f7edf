package dev.suffice.train;

import dev.suffice.train.loop.Checkpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Pictures rendered larger than the model makes them, each with the latents of its small copy: what an upscaler has to give, and what
 * its input is decoded from.
 */
final class LargePictures {
    private final List<Item> items = new ArrayList<>();
    private final FrozenAutoencoder autoencoder;
    private final DepthEncoding encoding;
    private final int scale;

    /** @param latents of the picture at a {@code scale}-th of its size, [channels, h, w] */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    record Item(TupleShard shard, Scene scene, float[] latents) {}

    /** Encodes the small copies of all scenes of the shards. */
    LargePictures(List<TupleShard> shards, FrozenAutoencoder autoencoder, DepthEncoding encoding, int scale)
            throws IOException {
        this.autoencoder = autoencoder;
        this.encoding = encoding;
        this.scale = scale;
        for (TupleShard shard : shards) {
            for (Scene scene : shard.scenes()) {
                if (scene.width() % (8 * scale) != 0 || scene.height() % (8 * scale) != 0) {
                    throw new IOException("%s: %d x %d pixels, must be multiples of %d"
                            .formatted(shard.name(), scene.width(), scene.height(), 8 * scale));
                }
                items.add(new Item(shard, scene, encode(shard, scene)));
            }
        }
    }

    List<Item> items() {
        return items;
    }

    private float[] encode(TupleShard shard, Scene scene) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            float[] planes = window(shard, scene, 0, 0, scene.width(), scene.height());
            Tensor large = Tensor.create(planes, 1, 4, scene.height(), scene.width());
            Tensor small = torch.avg_pool2d(large, scale, scale);
            return Checkpoint.values(
                    autoencoder.network().encode(small, scene.panorama()).mean().contiguous());
        }
    }

    private float[] window(TupleShard shard, Scene scene, int left, int top, int width, int height) {
        float[] planes = new float[4 * width * height];
        shard.window(scene, left, top, width, height, false, encoding, planes, 0, new float[width * height], 0);
        return planes;
    }

    /**
     * The small copy as the autoencoder gives it back, [1, 4, H, W].
     *
     * @param noise standard deviation of what is added to the latents, so that the upscaler meets pictures as imperfect as those that
     *     are sampled
     */
    Tensor small(Item item, double noise, SplittableRandom random) {
        Scene scene = item.scene();
        float[] latents = item.latents().clone();
        for (int i = 0; noise > 0 && i < latents.length; i++) {
            latents[i] += (float) (noise * random.nextGaussian());
        }
        int height = scene.height() / scale / 8;
        int width = scene.width() / scale / 8;
        try (var _ = new NoGradGuard()) {
            Tensor input = Tensor.create(latents, 1, latents.length / (height * width), height, width);
            return inRange(autoencoder.network().decode(input, scene.panorama()));
        }
    }

    /** What lies beyond -1 and 1 cut off. */
    static Tensor inRange(Tensor images) {
        return images.clamp(new ScalarOptional(new Scalar(-1)), new ScalarOptional(new Scalar(1)));
    }

    /** A window of the large picture, in pixels of the small one, [1, 4, scale side, scale side]. */
    Tensor large(Item item, int left, int top, int side) {
        float[] planes = window(item.shard(), item.scene(), scale * left, scale * top, scale * side, scale * side);
        return Tensor.create(planes, 1, 4, (long) scale * side, (long) scale * side);
    }
}
