package dev.suffice.cli;

import dev.suffice.diffusion.RunListener;
import dev.suffice.image.RgbdImage;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar with an estimate on stderr while a run goes on; silent where stderr is not a terminal. Warnings always show. */
final class TerminalProgress implements RunListener, AutoCloseable {
    private final PrintWriter err;
    private final boolean visible;
    private @Nullable ProgressBar bar;

    TerminalProgress(PrintWriter err) {
        this.err = err;
        this.visible = Boolean.getBoolean("suffice.terminal"); // the launcher knows whether stderr is one
    }

    @Override
    public void step(int step, int steps, Supplier<List<RgbdImage>> previews) {
        if (!visible) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName("denoise")
                    .setInitialMax(steps)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUpdateIntervalMillis(100)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err))
                    .build();
        }
        bar.stepTo(step);
        if (step == steps) {
            close();
        }
    }

    @Override
    public void warning(String message) {
        err.println("suffice: " + message);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
