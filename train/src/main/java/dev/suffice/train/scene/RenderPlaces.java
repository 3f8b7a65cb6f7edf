package dev.suffice.train.scene;

import dev.suffice.train.scene.furniture.FurnitureLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Renders the dataset that the bundled model {@code places} is trained on: rooms with real furniture and open landscapes, each with exact
 * depth, object mask and captions. Shards that are complete are left alone, so that a run that was cut short is taken up again by the
 * same call, and several runs may fill different shard numbers of one folder.
 */
public final class RenderPlaces {
    private RenderPlaces() {}

    /**
     * Renders.
     *
     * @param options what and where
     * @param listener told after every shard
     * @throws IOException if the furniture cannot be read or the dataset cannot be written
     * @throws InterruptedException if the thread is interrupted; the shard under way leaves nothing behind
     */
    public static void run(RenderOptions options, RenderListener listener) throws IOException, InterruptedException {
        run(options, RenderOptions.SCENES_PER_SHARD, listener);
    }

    static void run(RenderOptions options, int scenesPerShard, RenderListener listener)
            throws IOException, InterruptedException {
        Files.createDirectories(options.output());
        var shelf = new ModelShelf(FurnitureLibrary.open(options.assets()));
        ExecutorService pool = Executors.newFixedThreadPool(options.threads());
        try {
            for (int i = 0; i < options.shards(); i++) {
                int number = options.firstShard() + i;
                var shard = new SceneShard(options.output(), number);
                boolean needed = !shard.complete();
                if (needed) {
                    shard.write(scenes(options, scenesPerShard, shelf, pool, number));
                }
                listener.shardComplete(number, needed, i + 1, options.shards());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static Iterable<SceneTuple> scenes(
            RenderOptions options, int count, ModelShelf shelf, ExecutorService pool, int shard)
            throws IOException, InterruptedException {
        var tasks = new ArrayList<Callable<SceneTuple>>();
        for (int i = 0; i < count; i++) {
            long seed = seed(options.seed(), shard, i);
            tasks.add(() -> new ScenePainter(shelf, options.size()).paint(seed));
        }
        var scenes = new ArrayList<SceneTuple>();
        for (Future<SceneTuple> done : pool.invokeAll(tasks)) {
            try {
                scenes.add(done.get());
            } catch (ExecutionException failed) {
                throw new IOException("shard " + shard + ": rendering failed: " + failed.getCause(), failed);
            }
        }
        return scenes;
    }

    /** A seed of its own for every scene of a dataset (the finaliser of SplitMix64). */
    static long seed(long dataset, int shard, int index) {
        long z = dataset * 0x9e3779b97f4a7c15L + shard * 1_000_003L + index;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        // Kept within 53 bits: readers may parse numbers as doubles.
        return (z ^ (z >>> 31)) >>> 11;
    }
}
