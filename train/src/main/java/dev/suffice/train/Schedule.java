package dev.suffice.train;

import java.time.Duration;

/**
 * How long a stage trains: a number of steps (runs are then repeatable bit for bit), or wall-clock time (the rate then follows the
 * clock, and a stage stopped for an hour has an hour less).
 */
sealed interface Schedule {
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

    /** Linear warm-up over the first steps, then half a cosine from the peak down to a twentieth of it at the end. */
    static double learningRate(double peak, long step, long warmUp, double progress) {
        double cosine = 0.05 + 0.95 * 0.5 * (1 + Math.cos(Math.PI * progress));
        return peak * cosine * Math.min(1, (step + 1) / (double) warmUp);
    }
}
