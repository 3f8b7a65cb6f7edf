package dev.suffice.cli.classify;

import dev.suffice.classify.Answer;
import dev.suffice.classify.Classification;
import dev.suffice.classify.ClassifyOptions;
import dev.suffice.classify.InputKind;
import dev.suffice.classify.Precision;
import dev.suffice.classify.TextClassifier;
import dev.suffice.classify.TextInput;
import dev.suffice.classify.exit.ExitCalibration;
import dev.suffice.classify.exit.ExitLoss;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.cli.Installation;
import dev.suffice.cli.InterruptSignal;
import dev.suffice.cli.Json;
import dev.suffice.cli.UnitProgress;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.calibrate.RiskControls;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.store.ModelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Texts to labels. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Says of texts what a classifier makes of them, with as many of its layers as each text needs.",
        footer = {
            "",
            "The last line on stderr says what it took and what leaving early saved.",
            "Example: ./suffice classify \"what a delightful film\" \"a waste of two hours\"",
            "Example: ./suffice classify --model my-entailment \"A cat sleeps.\" --with \"An animal rests.\""
        })
final class ClassifyCommand implements Callable<Integer> {
    private static final int SHOWN = 60;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "What to classify.")
    private List<String> texts = new ArrayList<>();

    @Option(
            names = "--with",
            paramLabel = "TEXT",
            description = "For models of pairs: the second text, once for all texts, or once for each.")
    private List<String> seconds = new ArrayList<>();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "A file of texts, one a line; for models of pairs, two with a tab between. Blank lines are left out.")
    private @Nullable Path file;

    @Option(
            names = "--pairs",
            description = "Lines of the file are pairs, also where the model does not say that it was trained on such.")
    private boolean pairs;

    @Option(names = "--model", paramLabel = "NAME|DIR", description = "The classifier.")
    private String model = "sentiment";

    @Option(
            names = "--exit",
            paramLabel = "auto|none|P|layer:N|CRITERION:T",
            description =
                    "When texts leave: as the calibration allows, never, at a probability of the best label, behind layer N, or by a criterion (probability, entropy, gap, patience, confidence, stability) and its threshold, 0 to 1.")
    private String exit = "auto";

    @Option(
            names = "--risk",
            paramLabel = "R",
            description = "With --exit auto: the loss allowed on average over texts.")
    private double risk = ExitPolicy.Auto.DEFAULT.risk();

    @Option(
            names = "--confidence",
            paramLabel = "C",
            description = "With --exit auto: the probability that the promise is kept.")
    private double confidence = ExitPolicy.Auto.DEFAULT.confidence();

    @Option(
            names = "--loss",
            paramLabel = "accuracy|agreement",
            description =
                    "With --exit auto: what is lost. Accuracy: the whole model is right and the answer is not; agreement: the answer is not that of the whole model.")
    private String loss = ExitPolicy.Auto.DEFAULT.loss().text();

    @Option(
            names = "--control",
            paramLabel = "ltt|ucb|conformal",
            description =
                    "With --exit auto: how the promise is kept: learn then test, the betting bound, or on average over calibrations.")
    private String control = ExitPolicy.Auto.DEFAULT.control().name();

    @Option(
            names = "--precision",
            paramLabel = "float32|int8",
            description =
                    "What is computed with. If not given, int8 where --exit is auto and the model was calibrated with it: the promise then covers what int8 loses too.")
    private @Nullable String precision;

    @Option(names = "--batch", paramLabel = "N", description = "Texts that run at once.")
    private int batch = TextClassifier.BATCH;

    @Option(names = "--truncate", description = "Cut off the end of texts that are too long for the model.")
    private boolean truncate;

    @Option(names = "--engine", paramLabel = "NAME", description = "The inference engine.")
    private String engine = Engines.DEFAULT;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to compute with; as many as there are processors.")
    private @Nullable Integer threads;

    @Option(names = "--json", description = "Print one JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() {
        var auto = new ExitPolicy.Auto(risk, confidence, ExitLoss.of(loss), RiskControls.named(control));
        var options = new ClassifyOptions(
                ExitPolicy.parse(exit, auto),
                truncate,
                batch,
                Optional.ofNullable(precision).map(Precision::of));
        var given = GivenTexts.of(texts, seconds, Optional.ofNullable(file));
        var store = ModelStore.of(Installation.home());
        var session = threads == null
                ? SessionOptions.defaults()
                : SessionOptions.defaults().withThreads(threads);
        var folder = store.folder(model);
        if (!TextClassifier.present(folder)) {
            throw new InvalidRequestException(
                    "model %s: is not a classifier of texts: its config.json must name an architecture that ends with ForSequenceClassification or ForTokenClassification"
                            .formatted(model));
        }
        try (var interrupt = new InterruptSignal();
                var progress = new UnitProgress("texts", 1);
                var classifier = TextClassifier.open(
                        folder, model, store.cache(), name -> base(store, name), Engines.named(engine), session)) {
            boolean two = pairs || classifier.folder().card().input() == InputKind.PAIR;
            var wanted = given.inputs(two);
            long start = System.nanoTime();
            var answers = classifier.classify(wanted, options, progress, interrupt.cancellation());
            progress.close();
            print(classifier, options, wanted, answers, (System.nanoTime() - start) / 1e9);
        }
        return 0;
    }

    private static Optional<Path> base(ModelStore store, String name) {
        try {
            return Optional.of(store.folder(name));
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    private void print(
            TextClassifier classifier,
            ClassifyOptions options,
            List<TextInput> wanted,
            List<Classification> answers,
            double seconds) {
        var out = spec.commandLine().getOut();
        var decided = options.policy() instanceof ExitPolicy.Auto auto
                ? Optional.of(classifier.calibration(auto, classifier.precision(options)))
                : Optional.<ExitCalibration>empty();
        if (json) {
            var report = Json.object().put("model", model).put("exit", exit);
            decided.ifPresent(calibration -> report.putObject("calibration")
                    .put("text", calibration.text())
                    .put("criterion", calibration.criterion().name())
                    .put("never", calibration.policy() instanceof ExitPolicy.Never)
                    .put("threshold", calibration.policy() instanceof ExitPolicy.When when ? when.threshold() : 1)
                    .put("risk", calibration.asked().risk())
                    .put("confidence", calibration.asked().confidence())
                    .put("loss", calibration.asked().loss().text())
                    .put("control", calibration.asked().control().name())
                    .put("texts", calibration.outcome().samples()));
            var list = report.putArray("answers");
            for (int i = 0; i < answers.size(); i++) {
                list.add(json(classifier, wanted.get(i), answers.get(i)));
            }
            report.putObject("compute")
                    .put("texts", answers.size())
                    .put("precision", answers.getFirst().precision().text())
                    .put("mean_layers", meanLayers(answers))
                    .put("layers", classifier.layers())
                    .put(
                            "flops",
                            answers.stream().mapToLong(Classification::flops).sum())
                    .put(
                            "full_flops",
                            answers.stream()
                                    .mapToLong(Classification::fullFlops)
                                    .sum())
                    .put("saved", saved(answers))
                    .put("seconds", seconds);
            out.println(Json.text(report));
            return;
        }
        for (int i = 0; i < answers.size(); i++) {
            out.println(line(wanted.get(i).shown(), answers.get(i)));
        }
        var err = spec.commandLine().getErr();
        decided.filter(calibration -> calibration.policy() instanceof ExitPolicy.Never)
                .ifPresent(calibration -> err.println(calibration.text()));
        err.printf(
                Locale.ROOT,
                "%s in %.3f s in %s, %.1f of %d layers on average: %.0f%% of the computation saved%s%n",
                answers.size() == 1 ? "1 text" : answers.size() + " texts",
                seconds,
                answers.getFirst().precision().text(),
                meanLayers(answers),
                classifier.layers(),
                100 * saved(answers),
                decided.filter(calibration -> calibration.policy() instanceof ExitPolicy.When)
                        .map(calibration -> " (" + calibration.text() + ")")
                        .orElse(""));
    }

    private static double meanLayers(List<Classification> answers) {
        return answers.stream().mapToInt(Classification::layer).average().orElseThrow();
    }

    private static double saved(List<Classification> answers) {
        return 1
                - answers.stream().mapToLong(Classification::flops).sum()
                        / (double) answers.stream()
                                .mapToLong(Classification::fullFlops)
                                .sum();
    }

    private static String line(String text, Classification answer) {
        var shown = text.codePointCount(0, text.length()) > SHOWN
                ? text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "..."
                : text;
        var layers = "layer %d of %d".formatted(answer.layer(), answer.layers());
        return switch (answer.answer()) {
            case Answer.Label label ->
                String.format(Locale.ROOT, "%-12s %.3f  %s  %s", label.label(), label.probability(), layers, shown);
            case Answer.Value(double value) -> String.format(Locale.ROOT, "%.4f  %s  %s", value, layers, shown);
            case Answer.Tokens(var tokens) ->
                "%s  %s"
                        .formatted(
                                layers,
                                String.join(
                                        " ",
                                        tokens.stream()
                                                .map(token -> token.token() + "/" + token.label())
                                                .toList()));
        };
    }

    private static ObjectNode json(TextClassifier classifier, TextInput input, Classification answer) {
        var node = Json.object().put("text", input.text());
        input.pair().ifPresent(pair -> node.put("text_pair", pair));
        switch (answer.answer()) {
            case Answer.Label label -> {
                node.put("label", label.label()).put("probability", label.probability());
                var all = node.putObject("probabilities");
                var labels = classifier.folder().card().labels();
                for (int i = 0; i < labels.size(); i++) {
                    all.put(labels.get(i), label.probabilities().get(i));
                }
            }
            case Answer.Value(double value) -> node.put("value", value);
            case Answer.Tokens(var tokens) -> {
                var list = node.putArray("tokens");
                for (var token : tokens) {
                    list.addObject()
                            .put("token", token.token())
                            .put("label", token.label())
                            .put("probability", token.probability());
                }
            }
        }
        return node.put("tokens_read", answer.tokens())
                .put("truncated", answer.truncated())
                .put("layer", answer.layer())
                .put("layers", answer.layers())
                .put("layers_saved", answer.layers() - answer.layer())
                .put("sureness", answer.sureness())
                .put("flops", answer.flops())
                .put("full_flops", answer.fullFlops())
                .put("saved", answer.saved());
    }
}
