package dev.suffice.cli;

import dev.suffice.core.Progress;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Bytes that have come, with an estimate, on stderr; silent where stderr is not a terminal. */
final class FetchProgress implements Progress, AutoCloseable {
    private final boolean visible = Boolean.getBoolean("suffice.terminal"); // the launcher knows whether stderr is one
    private @Nullable ProgressBar bar;

    @Override
    public void at(String stage, long done, long total) {
        if (!visible) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUnit(" MB", 1_000_000)
                    .showSpeed()
                    .setUpdateIntervalMillis(200)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err))
                    .build();
        }
        bar.setExtraMessage(" " + stage);
        bar.maxHint(total);
        bar.stepTo(done);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
