package dev.suffice.train.exits;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.train.RunFolders;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What to train, where, and how.
 *
 * @param run folder for checkpoints and logs; a run found there is continued
 * @param out folder of the result, outside of which {@code run} lies; one that holds an earlier result is replaced
 * @param method how the heads are trained
 * @param tuning what of the encoder is trained
 * @param heads which heads there are
 * @param recipe how long and how fast
 * @param half whether the result is stored in half precision
 * @param seed of initialisation, order and dropout
 * @param threads that libtorch computes with; a run repeats bit for bit with the same number
 * @param checkpointEvery time between checkpoints, at each of which the held-out examples are measured
 */
public record ExitTrainingOptions(
        Path run,
        Path out,
        ExitMethod method,
        Tuning tuning,
        ExitHeads heads,
        ExitRecipe recipe,
        boolean half,
        long seed,
        int threads,
        Duration checkpointEvery) {
    /** @throws InvalidRequestException if a value is out of range */
    public ExitTrainingOptions {
        if (threads < 1) {
            throw new InvalidRequestException("threads %d: must be at least 1".formatted(threads));
        }
        RunFolders.checkApart(run, out);
    }

    /** Distilled, with the defaults of heads and recipe, stored in single precision, seed 7, one thread, a checkpoint every ten minutes. */
    public static ExitTrainingOptions of(Path run, Path out, Tuning tuning) {
        return new ExitTrainingOptions(
                run,
                out,
                ExitMethod.DISTILLED,
                tuning,
                ExitHeads.DEFAULT,
                ExitRecipe.of(tuning),
                false,
                7,
                1,
                Duration.ofMinutes(10));
    }

    /** The same with another method. */
    public ExitTrainingOptions withMethod(ExitMethod other) {
        return new ExitTrainingOptions(run, out, other, tuning, heads, recipe, half, seed, threads, checkpointEvery);
    }

    /** The same with other heads. */
    public ExitTrainingOptions withHeads(ExitHeads other) {
        return new ExitTrainingOptions(run, out, method, tuning, other, recipe, half, seed, threads, checkpointEvery);
    }

    /** The same with another recipe. */
    public ExitTrainingOptions withRecipe(ExitRecipe other) {
        return new ExitTrainingOptions(run, out, method, tuning, heads, other, half, seed, threads, checkpointEvery);
    }

    /** The same, stored in half precision or not. */
    public ExitTrainingOptions withHalf(boolean other) {
        return new ExitTrainingOptions(run, out, method, tuning, heads, recipe, other, seed, threads, checkpointEvery);
    }

    /** The same with another seed. */
    public ExitTrainingOptions withSeed(long other) {
        return new ExitTrainingOptions(run, out, method, tuning, heads, recipe, half, other, threads, checkpointEvery);
    }

    /** The same with another number of threads. */
    public ExitTrainingOptions withThreads(int other) {
        return new ExitTrainingOptions(run, out, method, tuning, heads, recipe, half, seed, other, checkpointEvery);
    }

    /** The same with another time between checkpoints. */
    public ExitTrainingOptions withCheckpointEvery(Duration other) {
        return new ExitTrainingOptions(run, out, method, tuning, heads, recipe, half, seed, threads, other);
    }
}
