package dev.suffice.train.scene;

import java.nio.file.Path;

/** Renders shards from a command line: assets, output, first shard, shards, seed, threads, size. */
final class RenderPlacesMain {
    public static void main(String[] args) throws Exception {
        var options = new RenderOptions(
                Path.of(args[0]),
                Path.of(args[1]),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                Long.parseLong(args[4]),
                Integer.parseInt(args[5]),
                Integer.parseInt(args[6]));
        long start = System.nanoTime();
        RenderPlaces.run(
                options,
                (shard, rendered, done, total) -> System.out.printf(
                        "shard %d %s, %d of %d, %.0f s%n",
                        shard, rendered ? "rendered" : "kept", done, total, (System.nanoTime() - start) / 1e9));
    }
}
