package dev.suffice.cli.train;

import dev.suffice.train.Progress;
import dev.suffice.train.ProgressListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** A line on stderr when training reports, with an estimate of the time left. */
final class TrainingProgress implements ProgressListener {
    private final PrintWriter err;
    private final long pause;
    private long last;
    private String stage = "";
    private long stageStarted;
    private double stageFraction;

    /** A line whenever it reports. */
    TrainingProgress(PrintWriter err) {
        this(err, Duration.ZERO);
    }

    /** A line for the first report, and then after this time at the earliest: for training that reports every step. */
    TrainingProgress(PrintWriter err, Duration pause) {
        this.err = err;
        this.pause = pause.toNanos();
        this.last = System.nanoTime() - this.pause;
    }

    @Override
    public void update(Progress progress) {
        if (System.nanoTime() - last < pause) {
            return;
        }
        last = System.nanoTime();
        if (!progress.stage().equals(stage)) {
            stage = progress.stage();
            stageStarted = System.nanoTime();
            stageFraction = progress.fraction();
        }
        var done = progress.fraction() - stageFraction;
        var left = done <= 0
                ? ""
                : ", " + minutes((System.nanoTime() - stageStarted) / done * (1 - progress.fraction())) + " left";
        var loss = Double.isNaN(progress.loss()) ? "" : String.format(Locale.ROOT, ", loss %.4f", progress.loss());
        err.printf(Locale.ROOT, "%s %d: %.1f%%%s%s%n", stage, progress.step(), 100 * progress.fraction(), loss, left);
        err.flush();
    }

    private static String minutes(double nanos) {
        var time = Duration.ofNanos((long) nanos);
        return time.toHours() > 0
                ? "%d h %02d min".formatted(time.toHours(), time.toMinutesPart())
                : "%d min %02d s".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
