package dev.suffice.train.loop;

import dev.suffice.train.Progress;
import dev.suffice.train.ProgressListener;
import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the training of every network has in common: the rate's schedule, the log, checkpoints every few minutes, and going on from one.
 *
 * <p>A run of a fixed number of steps is repeatable bit for bit, stopped in between or not: a stage derives the random numbers of a
 * step from the seed and the step, and keeps its place in the data among its counters. Interrupting the thread ends training after
 * the current step, with a checkpoint.
 */
public final class TrainingLoop {
    private static final int LOGGED_EVERY = 25;

    private final String name;
    private final Parameters parameters;
    private final AdamW optimiser;
    private final Checkpoint checkpoint;
    private final LossLog log;
    private final Duration checkpointEvery;
    private final ProgressListener listener;

    /** A network in training. */
    public interface Stage {
        /** Begins without a checkpoint. */
        void begin() throws IOException;

        /** Begins from what {@link #counters} gave. */
        void resume(Map<String, String> counters) throws IOException;

        /** Takes in data that have appeared since; called before a checkpoint is written. */
        void refresh() throws IOException;

        /** What the order of the data derives from. */
        Map<String, String> counters();

        /** Computes a batch's loss and collects its gradients. */
        double backward(long step, double progress);

        /** Measures the moving average of the weights, and writes sheets. */
        void report(AdamW optimiser, long step) throws IOException;
    }

    /**
     * A loop that goes on from {@code name.checkpoint} in the folder, if there is one.
     *
     * @param name of the stage, which its files begin with
     * @param folder for the checkpoint and {@code name-loss.csv}
     * @param parameters what is trained; allocated
     * @param optimiser of these parameters
     * @param checkpointEvery time between checkpoints
     * @param listener hears of every step
     */
    public TrainingLoop(
            String name,
            Path folder,
            Parameters parameters,
            AdamW optimiser,
            Duration checkpointEvery,
            ProgressListener listener) {
        this.name = name;
        this.parameters = parameters;
        this.optimiser = optimiser;
        this.checkpoint = new Checkpoint(folder.resolve(name + ".checkpoint"));
        this.log = new LossLog(folder.resolve(name + "-loss.csv"));
        this.checkpointEvery = checkpointEvery;
        this.listener = listener;
    }

    /**
     * Trains until the schedule is done, the thread is interrupted, or the virtual machine shuts down.
     *
     * @throws IOException if a file cannot be written, or the checkpoint belongs to another run
     */
    public void run(Stage stage, Schedule schedule, LearningRate rate) throws IOException {
        try (var _ = new StopOnShutdown()) {
            train(stage, schedule, rate);
        }
    }

    private void train(Stage stage, Schedule schedule, LearningRate rate) throws IOException {
        long trainedNanos = 0;
        if (Files.exists(checkpoint.file())) {
            Map<String, String> counters = checkpoint.load(parameters, optimiser);
            trainedNanos = Long.parseLong(counters.getOrDefault("trainedMillis", "0")) * 1_000_000;
            stage.resume(counters);
            log.truncate(optimiser.steps());
        } else {
            stage.begin();
        }
        long start = System.nanoTime() - trainedNanos;
        long saved = System.nanoTime();
        double sum = 0;
        int count = 0;
        boolean interrupted = false;
        while (!interrupted) {
            long step = optimiser.steps();
            double progress = schedule.progress(step, Duration.ofNanos(System.nanoTime() - start));
            if (progress >= 1) {
                break;
            }
            double loss = stage.backward(step, progress);
            optimiser.step(rate.at(step, progress));
            sum += loss;
            count++;
            listener.update(new Progress(name, step + 1, progress, loss));
            if ((step + 1) % LOGGED_EVERY == 0) {
                log.append(step + 1, Map.of("train", sum / count));
                sum = 0;
                count = 0;
            }
            // The flag is cleared, for file channels close themselves under an interrupted thread.
            interrupted = Thread.interrupted();
            if (!interrupted && System.nanoTime() - saved > checkpointEvery.toNanos()) {
                stage.refresh();
                save(stage, start);
                stage.report(optimiser, step + 1);
                saved = System.nanoTime();
            }
        }
        save(stage, start);
        if (interrupted) {
            Thread.currentThread().interrupt();
        } else {
            stage.report(optimiser, optimiser.steps());
        }
    }

    private void save(Stage stage, long start) throws IOException {
        var counters = new LinkedHashMap<>(stage.counters());
        counters.put("trainedMillis", Long.toString((System.nanoTime() - start) / 1_000_000));
        checkpoint.save(parameters, optimiser, counters);
    }
}
