package dev.suffice.train.loop;

import java.time.Duration;

/**
 * How long a stage trains: a number of steps (runs are then repeatable bit for bit), or wall-clock time (the rate then follows the
 * clock, and a stage stopped for an hour has an hour less).
 */
public sealed interface Schedule {
    /** What part of the stage is done, 0..1; 1 means stop. */
    double progress(long step, Duration trained);

    /** So many optimiser steps. */
    record Steps(long count) implements Schedule {
        @Override
        public double progress(long step, Duration trained) {
            return Math.min(1, step / (double) count);
        }
    }

    /** So much time in training, over all runs. */
    record Time(Duration total) implements Schedule {
        @Override
        public double progress(long step, Duration trained) {
            return Math.min(1, trained.toMillis() / (double) Math.max(1, total.toMillis()));
        }
    }
}
