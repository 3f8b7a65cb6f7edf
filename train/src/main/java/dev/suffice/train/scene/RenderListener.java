package dev.suffice.train.scene;

/** Told how rendering goes on; called from one thread at a time. */
@FunctionalInterface
public interface RenderListener {
    /**
     * A shard is there.
     *
     * @param shard its number
     * @param rendered whether it was rendered now; false if it was complete before
     * @param done shards complete so far in this run
     * @param total shards asked for
     */
    void shardComplete(int shard, boolean rendered, int done, int total);
}
