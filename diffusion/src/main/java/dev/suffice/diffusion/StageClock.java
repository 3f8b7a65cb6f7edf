package dev.suffice.diffusion;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Wall time by stage of one run. Not thread-safe. */
final class StageClock {
    /** Parts of a run, in the order they are reported. */
    enum Stage {
        /** Opening sessions: graphs, weights. */
        LOAD("load"),
        /** Encoding the prompts. */
        TEXT("text encoder"),
        /** Encoding the image to start from. */
        ENCODE("encoder"),
        /** What the U-Net computes of the prompts alone. */
        UNET_TEXT("u-net text"),
        /** The U-Net's passes. */
        DENOISE("u-net"),
        /** The sampler's own arithmetic and guidance. */
        SAMPLER("sampler"),
        /** Latents to images. */
        DECODE("decoder"),
        /** Making images larger. */
        ENLARGE("upscaler");

        private final String label;

        Stage(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
    private final long started;

    /** Starts now. */
    StageClock() {
        this.started = System.nanoTime();
    }

    /** Starts now, as if work that others have timed had just been done. */
    StageClock(StageClock before) {
        nanos.putAll(before.nanos);
        this.started = System.nanoTime()
                - nanos.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Counts work done elsewhere. */
    void add(Stage stage, Duration time) {
        nanos.merge(stage, time.toNanos(), Long::sum);
    }

    /** Work whose time is counted. */
    interface Work<T> {
        T run();
    }

    <T> T time(Stage stage, Work<T> work) {
        var from = System.nanoTime();
        try {
            return work.run();
        } finally {
            nanos.merge(stage, System.nanoTime() - from, Long::sum);
        }
    }

    void time(Stage stage, Runnable work) {
        time(stage, () -> {
            work.run();
            return 0;
        });
    }

    Duration of(Stage stage) {
        return Duration.ofNanos(nanos.getOrDefault(stage, 0L));
    }

    Duration total() {
        return Duration.ofNanos(System.nanoTime() - started);
    }
}
