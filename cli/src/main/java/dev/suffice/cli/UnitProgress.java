package dev.suffice.cli;

import dev.suffice.core.Progress;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that have come, texts that are done and the like, with an estimate, on stderr; silent where stderr is not a terminal, and for work that is done within a second. Not
 * thread-safe.
 */
public final class UnitProgress implements Progress, AutoCloseable {
    private static final long SECOND = 1_000_000_000;

    private final String unit;
    private final long size;
    private final long start = System.nanoTime();
    private final boolean visible = Boolean.getBoolean("suffice.terminal"); // the launcher knows whether stderr is one
    private @Nullable ProgressBar bar;

    /**
     * Begins now.
     *
     * @param unit behind the numbers shown, e.g. {@code MB}
     * @param size of a unit in what is counted, at least 1
     */
    public UnitProgress(String unit, long size) {
        this.unit = unit;
        this.size = size;
    }

    /** Bytes, shown as megabytes. */
    public static UnitProgress ofBytes() {
        return new UnitProgress("MB", 1_000_000);
    }

    @Override
    public void at(String stage, long done, long total) {
        if (!visible || (bar == null && System.nanoTime() - start < SECOND)) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUnit(" " + unit, size)
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
