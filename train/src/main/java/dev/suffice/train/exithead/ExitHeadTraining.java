package dev.suffice.train.exithead;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.decoder.ExitCalibration;
import dev.suffice.models.decoder.ExitHead;
import dev.suffice.models.decoder.ExitHeadWriter;
import dev.suffice.models.quantise.HeapRows;
import dev.suffice.train.loop.LearningRate;
import dev.suffice.train.loop.RunSettings;
import dev.suffice.train.loop.Schedule;
import dev.suffice.train.loop.TrainingLoop;
import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.ComputeThreads;
import dev.suffice.train.nn.EarlyHead;
import dev.suffice.train.nn.Parameter;
import dev.suffice.train.nn.Parameters;
import dev.suffice.train.nn.Precision;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Trains an {@link ExitHead} for a language model and writes it, with what it says of texts that were held out. The model reads the texts once; its states and choices
 * are kept in files. The loss is cross entropy, half with the model's choice and half with the probabilities of its eight likeliest tokens, as far as the head has words for
 * them. It can be stopped at any time, and goes on where it was when it is run again with the same folders and texts.
 */
public final class ExitHeadTraining {
    private static final int WARM_UP = 100;
    private static final double WEIGHT_DECAY = 0.01;

    private final ModelView model;
    private final ExitHeadOptions options;
    private final ExitHeadListener listener;

    private ExitHeadTraining(ModelView model, ExitHeadOptions options, ExitHeadListener listener) {
        this.model = model;
        this.options = options;
        this.listener = listener;
    }

    /**
     * What came of it.
     *
     * @param trained places that were learned from
     * @param words of the head
     * @param quality of the head as it was trained, in single precision
     * @param calibration what the head, as it was written, says of the held-out texts
     */
    public record Trained(int trained, int words, ExitHeadQuality quality, ExitCalibration calibration) {}

    /**
     * Trains, and writes the head's folder, complete or not at all.
     *
     * @param texts of which the first {@link ExitHeadOptions#heldOut} are held out: more may be added at the end later
     * @param listener hears of every step and of every measurement
     * @throws InvalidRequestException if there are too few texts, or the options do not fit the model
     * @throws dev.suffice.core.SufficeException if the loss is no number any more
     * @throws IOException if a file cannot be written, or a checkpoint in the folder is of another run
     * @throws InterruptedException if the thread is interrupted; the same call goes on
     */
    public static Trained run(
            ModelView model, List<AnsweredText> texts, ExitHeadOptions options, ExitHeadListener listener)
            throws IOException, InterruptedException {
        return new ExitHeadTraining(model, options, listener).run(texts);
    }

    private Trained run(List<AnsweredText> texts) throws IOException, InterruptedException {
        var decoder = model.decoder();
        int layers = decoder.config().layers().size();
        if (options.after() >= layers) {
            throw new InvalidRequestException(
                    "after %d: the model has %d layers, and at least one has to run behind the head"
                            .formatted(options.after(), layers));
        }
        if (texts.size() <= options.heldOut()) {
            throw new InvalidRequestException("%d texts, %d of them to be held out: give more texts, or hold out fewer"
                    .formatted(texts.size(), options.heldOut()));
        }
        ComputeThreads.use(options.threads());
        var others = texts.subList(0, options.heldOut());
        var learned = texts.subList(options.heldOut(), texts.size());
        var files = new PlaceFiles(options.run().resolve("states"), model, options.after(), listener);
        try (var heldOut = new Places(files.make(others));
                var places = new Places(files.make(learned));
                var parameters = new Parameters()) {
            var words = HeadWords.of(places, decoder.config().vocabulary(), options.words());
            var head = new EarlyHead(
                    parameters,
                    decoder.config().hidden(),
                    options.inner(),
                    words.count(),
                    decoder.config().epsilon());
            parameters.allocate(options.seed(), Precision.FLOAT32);
            head.output().write(ExitHeadWriter.output(decoder, words.tokens()).values());
            parameters.refresh();
            var order = new PlaceOrder(places.count(), options.batch(), options.seed());
            var settings = settings(files.key(learned));
            var stage = new ExitHeadStage(head, words, places, heldOut, order, options, settings, listener);
            train(parameters, stage, order);
            return write(parameters, head, words, places.count(), heldOut, stage.measure());
        }
    }

    private RunSettings settings(String states) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("states", states);
        settings.put("words", Integer.toString(options.words()));
        settings.put("epochs", Double.toString(options.epochs()));
        settings.put("batch", Integer.toString(options.batch()));
        settings.put("rate", Double.toString(options.rate()));
        settings.put("seed", Long.toString(options.seed()));
        return new RunSettings(settings);
    }

    private void train(Parameters parameters, ExitHeadStage stage, PlaceOrder order)
            throws IOException, InterruptedException {
        long steps = Math.max(1, Math.round(options.epochs() * order.stepsPerEpoch()));
        try (var optimiser = new AdamW(parameters, 0.9, 0.98, WEIGHT_DECAY, 1, 0)) {
            new TrainingLoop(
                            ExitHeadStage.NAME,
                            options.run(),
                            parameters,
                            optimiser,
                            options.checkpointEvery(),
                            listener)
                    .run(
                            stage,
                            new Schedule.Steps(steps),
                            LearningRate.cosine(options.rate(), Math.min(WARM_UP, steps / 10)));
        }
        if (Thread.interrupted()) {
            throw new InterruptedException(
                    "training was stopped; the same command goes on from the checkpoint in " + options.run());
        }
    }

    private Trained write(
            Parameters parameters, EarlyHead head, HeadWords words, int places, Places heldOut, ExitHeadQuality quality)
            throws IOException {
        var matrices = new ExitHeadWriter.Matrices(
                rows(parameters, head.gate()),
                rows(parameters, head.up()),
                rows(parameters, head.down()),
                rows(parameters, head.output()),
                words.tokens());
        var facts = facts(places, quality);
        var folder = options.run().resolve("head");
        ExitHeadWriter.write(folder, model.decoder(), options.after(), matrices, facts, Optional.empty());
        var calibration = HeadAnswers.of(ExitHead.open(folder), model, heldOut);
        ExitHeadWriter.write(
                options.out(), model.decoder(), options.after(), matrices, facts, Optional.of(calibration));
        return new Trained(places, words.count(), quality, calibration);
    }

    private static HeapRows rows(Parameters parameters, Parameter parameter) {
        return new HeapRows(
                parameter.name(),
                Math.toIntExact(parameter.shape()[1]),
                parameters.read(parameter, parameters.master()));
    }

    private ObjectNode facts(int places, ExitHeadQuality quality) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("tokens", places)
                .put("epochs", options.epochs())
                .put("batch", options.batch())
                .put("rate", options.rate())
                .put("seed", options.seed())
                .put("held_out_tokens", quality.places())
                .put("held_out_agreement", quality.agreement())
                .put("held_out_covered", quality.covered());
    }
}
