package dev.suffice.train;

import dev.suffice.train.nn.Precision;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What to train, where, and for how long.
 *
 * @param tuples folder of rendered shards
 * @param large folder of rendered shards that are larger, for the upscaler
 * @param run folder for checkpoints, logs and sample sheets; a run found there is continued
 * @param export folder that the finished model is written to
 * @param seed seed of initialisation, noise and order
 * @param threads threads that libtorch computes with
 * @param precision number format of the networks while training
 * @param autoencoderTime training time of the autoencoder
 * @param unetTime training time of the U-Net
 * @param upscalerTime training time of the upscaler
 * @param checkpointEvery time between checkpoints
 * @param mostShards how many training shards to use at most
 */
public record TrainOptions(
        Path tuples,
        Path large,
        Path run,
        Path export,
        long seed,
        int threads,
        Precision precision,
        Duration autoencoderTime,
        Duration unetTime,
        Duration upscalerTime,
        Duration checkpointEvery,
        int mostShards) {
    /**
     * Everything in one folder: {@code tuples}, {@code tuples-512}, {@code run} with the checkpoints, {@code model} with the result; a checkpoint every
     * four minutes, seed 7, all shards.
     */
    public static TrainOptions in(
            Path folder, int threads, Duration autoencoderTime, Duration unetTime, Duration upscalerTime) {
        return new TrainOptions(
                folder.resolve("tuples"),
                folder.resolve("tuples-512"),
                folder.resolve("run"),
                folder.resolve("model"),
                7,
                threads,
                Precision.BFLOAT16,
                autoencoderTime,
                unetTime,
                upscalerTime,
                Duration.ofMinutes(4),
                Integer.MAX_VALUE);
    }
}
