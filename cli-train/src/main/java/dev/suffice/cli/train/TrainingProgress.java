package dev.suffice.cli.train;

import dev.suffice.train.Progress;
import dev.suffice.train.ProgressListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** A line on stderr whenever training reports, with an estimate of the time left. */
final class TrainingProgress implements ProgressListener {
    private final PrintWriter err;
    private String stage = "";
    private long stageStarted;
    private double stageFraction;

    TrainingProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void update(Progress progress) {
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
