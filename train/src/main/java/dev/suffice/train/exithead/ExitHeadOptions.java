package dev.suffice.train.exithead;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.train.RunFolders;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What head to train, where, and how.
 *
 * @param run folder for states, checkpoints and logs; a run found there is continued
 * @param out folder of the head; one that holds an earlier head is replaced
 * @param after layers that run before the head, at least 1
 * @param words that the head can say at most, at least 2
 * @param inner elements between the matrices of its feed-forward part, at least 1
 * @param epochs how often each place is seen, above 0
 * @param batch places of a step, at least 1
 * @param rate highest learning rate, above 0
 * @param heldOut texts that are not trained with but measured and calibrated with, at least 1
 * @param seed of initialisation and order
 * @param threads to compute with, at least 1
 * @param checkpointEvery time between checkpoints
 */
public record ExitHeadOptions(
        Path run,
        Path out,
        int after,
        int words,
        int inner,
        double epochs,
        int batch,
        double rate,
        int heldOut,
        long seed,
        int threads,
        Duration checkpointEvery) {
    /** @throws InvalidRequestException if a value is out of range */
    public ExitHeadOptions {
        atLeast("after", after, 1);
        atLeast("words", words, 2);
        atLeast("inner", inner, 1);
        atLeast("batch", batch, 1);
        atLeast("held-out texts", heldOut, 1);
        atLeast("threads", threads, 1);
        if (!(epochs > 0 && epochs <= 1000)) {
            throw new InvalidRequestException("epochs %s: must be above 0 and at most 1000".formatted(epochs));
        }
        if (!(rate > 0 && rate <= 1)) {
            throw new InvalidRequestException("rate %s: must be above 0 and at most 1".formatted(rate));
        }
        RunFolders.checkApart(run, out);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new InvalidRequestException("%s %d: must be at least %d".formatted(name, value, least));
        }
    }
}
