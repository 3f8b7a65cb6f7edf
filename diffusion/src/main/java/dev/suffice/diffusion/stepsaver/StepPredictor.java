package dev.suffice.diffusion.stepsaver;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.core.TextFile;
import dev.suffice.engine.Shape;
import dev.suffice.models.folder.Config;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.store.PackagedEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * StepSaver: reads an encoded prompt and says how many steps it needs with each sampler, before anything is denoised. A small regression on the
 * encoding that the pipeline makes anyway, calibrated so that its promise is kept for prompts like those it was calibrated with. It belongs
 * to one model and to the samplers that were measured. Immutable and thread-safe.
 *
 * @param settings what it was measured with
 * @param regression from features to probabilities
 * @param calibration of each sampler, in the order of {@code settings.schedulers()}
 * @param known the prompts that it can judge
 */
public record StepPredictor(
        Settings settings, GapRegression regression, List<StepCalibration> calibration, KnownPrompts known) {
    /** Name of its folder within a model's folder. */
    public static final String FOLDER = "stepsaver";

    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * What a predictor was measured with.
     *
     * @param model fingerprint of the model
     * @param encoder the sentence encoder whose encoding it reads; empty if it reads that of the model's own text encoder
     * @param schedulers short names of the samplers
     * @param grid counts that were measured; it chooses from {@link StepGrid#choices()}
     * @param close structural similarity to the image of the most steps that is promised
     * @param guidance scale that the images were made with
     * @param risk that is taken unless another is asked for
     */
    public record Settings(
            String model,
            Optional<PackagedEncoder> encoder,
            List<String> schedulers,
            StepGrid grid,
            double close,
            double guidance,
            double risk) {
        /** Copies the list and checks the ranges. */
        public Settings {
            schedulers = List.copyOf(schedulers);
            if (schedulers.isEmpty() || !(close > 0 && close < 1) || !(risk > 0 && risk < 0.5)) {
                throw new IllegalArgumentException(
                        "predictor for samplers %s, similarity %s, risk %s".formatted(schedulers, close, risk));
            }
        }
    }

    /** Checks that its parts fit together. */
    public StepPredictor {
        calibration = List.copyOf(calibration);
        int samplers = settings.schedulers().size();
        int counts = settings.grid().counts().size();
        if (calibration.size() != samplers || regression.samplers() != samplers || regression.counts() != counts) {
            throw new IllegalArgumentException(
                    "predictor for %d samplers and %d counts with %d calibrations and a regression of %d samplers and %d counts"
                            .formatted(
                                    samplers, counts, calibration.size(), regression.samplers(), regression.counts()));
        }
    }

    /** Whether it was measured with this sampler. */
    public boolean knows(String scheduler) {
        return settings.schedulers().contains(scheduler);
    }

    /**
     * What it recommends.
     *
     * @param features of the prompt, {@link PromptFeatures}
     * @param scheduler short name of the sampler
     * @param risk that more steps are needed, above 0 and below 0.5
     * @throws InvalidRequestException if it does not know the sampler, or the risk is out of its range
     */
    public StepAdvice advise(float[] features, String scheduler, double risk) {
        int sampler = settings.schedulers().indexOf(scheduler);
        if (sampler < 0) {
            throw new InvalidRequestException(
                    "scheduler %s: this predictor was trained for %s; label prompts with it (./suffice label --schedulers %s) and train anew, or give the number of steps"
                            .formatted(scheduler, String.join(", ", settings.schedulers()), scheduler));
        }
        if (!(risk > 0 && risk < 0.5)) {
            throw new InvalidRequestException("risk %s: must be above 0 and below 0.5".formatted(risk));
        }
        if (features.length != regression.features()) {
            throw new InvalidRequestException(
                    "prompt features of %d values: this predictor reads %d; it belongs to another text encoder"
                            .formatted(features.length, regression.features()));
        }
        var novelty = known.novelty(features);
        boolean familiar = novelty <= known.farthest();
        var enough = regression.enough(features, sampler, settings.close(), settings.grid());
        var counts = settings.grid().choices();
        int steps = familiar ? calibration.get(sampler).upper(enough, risk) : counts.size() - 1;
        int least = Math.min(steps, calibration.get(sampler).lower(enough, risk));
        return new StepAdvice(
                scheduler, counts.get(steps), counts.get(least), risk, settings.close(), novelty, familiar);
    }

    /**
     * Reads a predictor's folder.
     *
     * @throws SufficeException if a file is missing or damaged
     */
    public static StepPredictor read(Path folder) {
        var config = Config.read(folder.resolve(CONFIG));
        var file = SafetensorsFile.read(folder.resolve(WEIGHTS));
        try {
            var counts = new ArrayList<Integer>();
            config.json().path("counts").forEach(node -> counts.add(node.intValue(0)));
            var settings = new Settings(
                    config.text("model", ""),
                    config.find("text_encoder").map(node -> PackagedEncoder.read(config, node)),
                    config.texts("schedulers"),
                    new StepGrid(counts),
                    config.number("close", 0),
                    config.number("guidance_scale", 0),
                    config.number("risk", 0));
            var calibrations = new ArrayList<StepCalibration>();
            for (int s = 0; s < settings.schedulers().size(); s++) {
                calibrations.add(new StepCalibration(
                        PredictorTensors.vector(file, "calibration." + s + ".below"),
                        PredictorTensors.vector(file, "calibration." + s + ".at")));
            }
            return new StepPredictor(
                    settings,
                    new GapRegression(
                            PredictorTensors.matrix(file, "weight"),
                            PredictorTensors.vector(file, "bias"),
                            PredictorTensors.matrix(file, "offset"),
                            PredictorTensors.matrix(file, "slope"),
                            PredictorTensors.matrix(file, "deviation")),
                    calibrations,
                    new KnownPrompts(PredictorTensors.matrix(file, "centres"), config.number("farthest", 0)));
        } catch (IllegalArgumentException | InvalidRequestException e) {
            throw new SufficeException(
                    "%s: damaged (%s); train it again with ./suffice train stepsaver".formatted(folder, e.getMessage()),
                    e);
        }
    }

    /**
     * Writes a predictor's folder; each file is moved into place when it is complete.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        var tensors = new TreeMap<String, float[][]>(Map.of(
                "weight", regression.weight(),
                "offset", regression.offset(),
                "slope", regression.slope(),
                "deviation", regression.deviation(),
                "centres", known.centres()));
        var writer = new SafetensorsWriter();
        tensors.forEach((name, rows) -> PredictorTensors.add(writer, name, rows));
        writer.tensor("bias", Shape.of(regression.bias().length), regression.bias());
        for (int s = 0; s < calibration.size(); s++) {
            var one = calibration.get(s);
            writer.tensor("calibration." + s + ".below", Shape.of(one.size()), one.below());
            writer.tensor("calibration." + s + ".at", Shape.of(one.size()), one.at());
        }
        writer.write(folder.resolve(WEIGHTS));
        var config = JSON.createObjectNode().put("_class_name", "StepPredictor").put("model", settings.model());
        settings.encoder().ifPresent(encoder -> encoder.write(config.putObject("text_encoder")));
        settings.schedulers().forEach(config.putArray("schedulers")::add);
        settings.grid().counts().forEach(config.putArray("counts")::add);
        config.put("close", settings.close())
                .put("guidance_scale", settings.guidance())
                .put("risk", settings.risk())
                .put("farthest", known.farthest());
        TextFile.write(
                folder.resolve(CONFIG), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
    }
}
