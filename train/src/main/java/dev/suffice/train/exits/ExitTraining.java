package dev.suffice.train.exits;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.train.RunFolders;
import dev.suffice.train.loop.LearningRate;
import dev.suffice.train.loop.RunSettings;
import dev.suffice.train.loop.Schedule;
import dev.suffice.train.loop.TrainingLoop;
import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.BertConfig;
import dev.suffice.train.nn.BertWeights;
import dev.suffice.train.nn.ComputeThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;

/**
 * Trains a classifier with early exits and writes it. It can be stopped at any time, and goes on where it was when it is run again with the
 * same folders; the result is the same bit for bit. The weights of the last step are the result, not those of the best checkpoint: the
 * rate has come down by then.
 */
public final class ExitTraining {
    /** Rate of heads on states that stay as they are. */
    private static final double HEAD_RATE = 1e-3;

    private static final double CONFIDENCE_EPOCHS = 1;

    private final ExitBase base;
    private final ExitData data;
    private final ExitTrainingOptions options;
    private final ExitTrainingListener listener;

    /** What else goes into the result's folder, at once with the rest: the tokenizer, {@code classifier.json}. */
    @FunctionalInterface
    public interface MoreFiles {
        /** Writes files, no folders. */
        void write(Path folder, TrainedExits trained) throws IOException;

        /** Nothing else. */
        MoreFiles NONE = (folder, trained) -> {};
    }

    /** Numbers that are no farther apart, as a share of their range, count as the same for confidences. */
    private static final double NEAR = 0.05;

    private ExitTraining(ExitBase base, ExitData data, ExitTrainingOptions options, ExitTrainingListener listener) {
        this.base = base;
        this.data = data;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Trains, and writes the result to its folder, complete or not at all.
     *
     * @param base what training starts from
     * @param data what is learned
     * @param options how
     * @param more what else is written
     * @param listener hears of every step and of every measurement
     * @return what was made
     * @throws InvalidRequestException if data and options do not fit the encoder
     * @throws dev.suffice.models.ModelException if the encoder cannot be used
     * @throws dev.suffice.core.SufficeException if the loss is no number any more
     * @throws IOException if a file cannot be written, or a checkpoint in the folder is of another run
     * @throws InterruptedException if the thread is interrupted; a checkpoint has been written then
     */
    public static TrainedExits run(
            ExitBase base, ExitData data, ExitTrainingOptions options, MoreFiles more, ExitTrainingListener listener)
            throws IOException, InterruptedException {
        return new ExitTraining(base, data, options, listener).run(more);
    }

    private TrainedExits run(MoreFiles more) throws IOException, InterruptedException {
        BertConfig config = base.config();
        data.checkTokens(config);
        if (RunFolders.within(base.folder(), options.out())) {
            throw new InvalidRequestException(
                    "base model %s: lies in %s, which is replaced by the result as a whole; give another folder"
                            .formatted(base.folder(), options.out()));
        }
        ExitModelWriter.checkFolder(options.out());
        ComputeThreads.use(options.threads());
        BertWeights weights = base.weights();
        try (var network = new ExitNetwork(config, data.task(), data.labels().size(), options)) {
            network.allocate(weights, options.seed());
            List<ExitQuality> heldOut = train(network, settings(network, weights));
            var trained = new TrainedExits(
                    data.task(),
                    data.labels(),
                    options.heads().pooling(),
                    options.heads().rampPooling(),
                    List.copyOf(network.rampLayers()),
                    config.layers(),
                    options.heads().width(),
                    options.heads().confidence(),
                    base.name(),
                    options.method(),
                    options.tuning(),
                    options.recipe(),
                    options.seed(),
                    data.training().size(),
                    data.heldOut().size(),
                    heldOut);
            new ExitModelWriter(network, base, trained, options.half()).write(options.out(), more);
            return trained;
        }
    }

    private RunSettings settings(ExitNetwork network, BertWeights weights) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("base model", "of checksum " + network.encoder().fingerprint(weights));
        settings.put("data", data.fingerprint());
        settings.put("task", data.task().name());
        settings.put("method", options.method().name());
        settings.put("tuning", options.tuning().toString());
        settings.put("heads", options.heads().toString());
        settings.put("recipe", options.recipe().toString());
        settings.put("seed", Long.toString(options.seed()));
        return new RunSettings(settings);
    }

    /** All stages. @return what was measured at the end */
    private List<ExitQuality> train(ExitNetwork network, RunSettings settings)
            throws IOException, InterruptedException {
        ExitLoss loss = ExitLoss.of(data.task());
        double epochs = options.recipe().epochs();
        double rate = options.recipe().rate();
        List<ExitQuality> heldOut;
        if (options.method() == ExitMethod.TWO_STAGE) {
            var last = new TreeSet<>(List.of(network.layers().last()));
            stage("encoder", new Objective.Joint(network, loss, last, false), epochs, rate, network, settings);
            heldOut = stage("ramps", new Objective.Ramps(network, loss), epochs, HEAD_RATE, network, settings);
        } else {
            boolean distilled = options.method() == ExitMethod.DISTILLED;
            var joint = new Objective.Joint(network, loss, network.layers(), distilled);
            heldOut = stage("exits", joint, epochs, rate, network, settings);
        }
        if (options.heads().confidence()) {
            stage(
                    "confidence",
                    new Objective.Confidence(network, loss, NEAR * data.range()),
                    CONFIDENCE_EPOCHS,
                    HEAD_RATE,
                    network,
                    settings);
        }
        return heldOut;
    }

    private List<ExitQuality> stage(
            String name, Objective objective, double epochs, double rate, ExitNetwork network, RunSettings settings)
            throws IOException, InterruptedException {
        int[] lengths =
                data.training().stream().mapToInt(e -> e.tokens().length).toArray();
        var order = new BatchOrder(lengths, options.recipe().batch(), options.seed());
        long steps = Math.max(1, Math.round(epochs * order.stepsPerEpoch()));
        long warmUp = Math.min(options.recipe().warmUp(), steps / 10);
        var stage = new ExitStage(name, objective, network, data, order, options, settings, listener);
        try (var optimiser =
                new AdamW(objective.parameters(), 0.9, 0.98, options.recipe().weightDecay(), 1, 0)) {
            new TrainingLoop(
                            name, options.run(), objective.parameters(), optimiser, options.checkpointEvery(), listener)
                    .run(stage, new Schedule.Steps(steps), LearningRate.linear(rate, warmUp));
        }
        if (Thread.interrupted()) {
            throw new InterruptedException(
                    "training was stopped; the same command goes on from the checkpoint in " + options.run());
        }
        return stage.heldOut();
    }
}
