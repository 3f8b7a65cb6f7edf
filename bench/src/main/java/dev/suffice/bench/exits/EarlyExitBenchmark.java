package dev.suffice.bench.exits;

import dev.suffice.classify.Answer;
import dev.suffice.classify.Classification;
import dev.suffice.classify.Precision;
import dev.suffice.classify.TextClassifier;
import dev.suffice.classify.TextInput;
import dev.suffice.classify.data.KnownTexts;
import dev.suffice.classify.data.LabelSet;
import dev.suffice.classify.data.LabelledTexts;
import dev.suffice.classify.exit.ExitCriteria;
import dev.suffice.classify.exit.ExitLoss;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.classify.exit.ExitTraces;
import dev.suffice.classify.exit.HeadOutput;
import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.Progress;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.store.ModelStore;
import dev.suffice.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How good and how fast a classifier is when texts leave early. */
@Command(
        name = "early-exit",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Classifies labelled texts with the whole model, with exits, and with smaller models, in turns; writes a table, a plot of accuracy against time, a histogram of the exits and example sentences.")
public final class EarlyExitBenchmark implements Callable<Integer> {
    private static final String FULL = "all layers, float32";
    private static final String EXPORTED = "exported base model, without a head";
    private static final int BATCH = 32;
    private static final int EXAMPLES = 4;
    private static final int LONGEST = 110;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "Texts and labels: .tsv, .csv or .jsonl.",
            required = true)
    private Path data = Path.of("");

    @Option(names = "--model", paramLabel = "NAME|DIR", description = "The classifier.")
    private String model = "sentiment";

    @Option(
            names = "--rival",
            paramLabel = "NAME|DIR",
            description = "A smaller classifier to compare with; may be repeated.")
    private List<String> rivals = new ArrayList<>();

    @Option(names = "--texts", paramLabel = "N", description = "Texts that are timed, drawn from the file.")
    private int count = 1000;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds in which every setting is timed.")
    private int rounds = 5;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to compute with.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for table, plots and examples.")
    private Path out = Path.of("early-exit");

    private record Sample(TextInput text, int label) {}

    /** What a setting says of all samples, and the share that is right. */
    private record Judged(Setting setting, List<Classification> answers, double accuracy) {
        String name() {
            return setting.name();
        }
    }

    @Override
    public Integer call() throws IOException {
        if (count < 1 || rounds < 1) {
            throw new InvalidRequestException("texts and rounds: must be at least 1");
        }
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        var opened = new ArrayList<TextClassifier>();
        try {
            var classifier = open(store, model, opened);
            var samples = samples(classifier);
            var report = new StringWriter();
            measure(store, classifier, samples, opened, new PrintWriter(report));
            Files.createDirectories(out);
            Files.writeString(out.resolve("early-exit.md"), report.toString());
            spec.commandLine().getOut().print(report);
            spec.commandLine().getOut().flush();
        } finally {
            opened.forEach(TextClassifier::close);
        }
        return 0;
    }

    private TextClassifier open(ModelStore store, String name, List<TextClassifier> opened) {
        var classifier = TextClassifier.open(
                store.folder(name),
                name,
                store.cache(),
                base -> Optional.of(store.folder(base)),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults().withThreads(threads));
        opened.add(classifier);
        return classifier;
    }

    /** The labelled texts that the classifier was not trained on. */
    private List<Sample> samples(TextClassifier classifier) {
        var texts = LabelledTexts.read(data);
        var labels = new LabelSet(classifier.folder().card().dataLabels()).indices(texts);
        var file = classifier.folder().folder().resolve(KnownTexts.FILE);
        var known = Files.isRegularFile(file) ? Optional.of(KnownTexts.read(file)) : Optional.<KnownTexts>empty();
        var samples = new ArrayList<Sample>();
        int dropped = 0;
        for (int i = 0; i < texts.size(); i++) {
            var content = texts.rows().get(i).content();
            if (known.map(training -> training.contains(content)).orElse(false)) {
                dropped++;
            } else {
                samples.add(new Sample(TextInput.of(content), labels.get(i)[0]));
            }
        }
        spec.commandLine()
                .getErr()
                .printf("%d texts; %d more were trained on and are left out%n", samples.size(), dropped);
        return samples;
    }

    private void measure(
            ModelStore store,
            TextClassifier classifier,
            List<Sample> samples,
            List<TextClassifier> opened,
            PrintWriter report)
            throws IOException {
        var all = samples.stream().map(Sample::text).toList();
        var outputs = classifier.outputs(all, true, Precision.FLOAT32, Progress.silent(), new Cancellation());
        var settings = settings(store, classifier, opened);
        var drawn = new ArrayList<>(samples);
        Collections.shuffle(drawn, new Random(1));
        var timed = drawn.subList(0, Math.min(count, drawn.size())).stream()
                .map(Sample::text)
                .toList();
        var single = new LinkedHashMap<String, Timed.Work>();
        var batches = new LinkedHashMap<String, Timed.Work>();
        for (var setting : settings) {
            single.put(setting.name(), () -> setting.classify(timed, 1));
            batches.put(setting.name(), () -> setting.classify(timed, BATCH));
        }
        var base = classifier.folder().card().base();
        Timed alone;
        if (base.isPresent()) {
            var exported = Graph.exported(
                    "export", new GraphContent.OnnxFile(base.get().model().unpack(store.cache())));
            try (var session = Engines.named(Engines.DEFAULT)
                            .open(exported, SessionOptions.defaults().withThreads(threads));
                    var tokenizer = classifier.folder().tokenizer(store.cache())) {
                single.put(EXPORTED, () -> timed.forEach(text -> export(session, tokenizer, text)));
                alone = Timed.of(single, timed.size(), rounds);
            }
        } else {
            alone = Timed.of(single, timed.size(), rounds);
        }
        var together = Timed.of(batches, timed.size(), rounds);
        var judged = settings.stream().map(setting -> judge(setting, samples)).toList();
        table(judged, alone, together, report);
        heads(samples, outputs, report);
        examples(samples, judged.get(1), report);
        new ExitPlots(out).write(curves(samples, outputs, classifier), points(judged, alone));
    }

    private List<Setting> settings(ModelStore store, TextClassifier classifier, List<TextClassifier> opened) {
        var settings = new ArrayList<Setting>();
        for (var precision : precisions(classifier)) {
            settings.add(setting("all layers", classifier, new ExitPolicy.Never(), precision));
            var usual = ExitPolicy.Auto.DEFAULT;
            for (var loss : ExitLoss.values()) {
                for (double risk : new double[] {0.01, 0.02}) {
                    settings.add(setting(
                            "exit auto, %s %s".formatted(loss.text(), risk),
                            classifier,
                            new ExitPolicy.Auto(risk, usual.confidence(), loss, usual.control()),
                            precision));
                }
            }
            settings.add(setting(
                    "exit patience:2/3",
                    classifier,
                    new ExitPolicy.When(ExitCriteria.named("patience"), 2 / 3.0),
                    precision));
            int half = classifier.layers() / 2;
            if (classifier.exits().contains(half)) {
                settings.add(setting("all at layer " + half, classifier, new ExitPolicy.AtLayer(half), precision));
            }
        }
        for (var rival : rivals) {
            var smaller = open(store, rival, opened);
            for (var precision : precisions(smaller)) {
                settings.add(setting(
                        "%s, %d layers".formatted(Path.of(rival).getFileName(), smaller.layers()),
                        smaller,
                        new ExitPolicy.Never(),
                        precision));
            }
        }
        return settings;
    }

    private static List<Precision> precisions(TextClassifier classifier) {
        return classifier.folder().canBeQuantised()
                ? List.of(Precision.FLOAT32, Precision.INT8)
                : List.of(Precision.FLOAT32);
    }

    private static Setting setting(String name, TextClassifier classifier, ExitPolicy policy, Precision precision) {
        return new Setting("%s, %s".formatted(name, precision.text()), classifier, policy, precision);
    }

    private static void export(Session session, Tokenizer tokenizer, TextInput text) {
        var encoding = text.pair()
                .map(pair -> tokenizer.encode(text.text(), pair))
                .orElseGet(() -> tokenizer.encode(text.text()));
        var shape = Shape.of(1, encoding.ids().length);
        try (var ids = Tensor.of(encoding.ids(), shape);
                var mask = Tensor.of(encoding.attentionMask(), shape);
                var types = Tensor.of(encoding.types(), shape)) {
            session.run(
                            Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types),
                            List.of("last_hidden_state"))
                    .values()
                    .forEach(Tensor::close);
        }
    }

    private void table(List<Judged> settings, Timed alone, Timed together, PrintWriter report) {
        report.printf(
                "%d texts for accuracy, %d timed in %d rounds, %d threads; times are medians (least to most)%n%n",
                settings.getFirst().answers().size(), alone.texts(), rounds, threads);
        report.println(
                "| setting | accuracy | layers on average | computation saved | ms a text, one at a time | times as fast | ms a text, batches of 32 | times as fast |");
        report.println("|---|---|---|---|---|---|---|---|");
        for (var setting : settings) {
            var answers = setting.answers();
            report.printf(
                    Locale.ROOT,
                    "| %s | %.2f%% | %.2f | %.0f%% | %s | %s | %s | %s |%n",
                    setting.name(),
                    100 * setting.accuracy(),
                    answers.stream().mapToInt(Classification::layer).average().orElseThrow(),
                    100
                            * answers.stream()
                                    .mapToDouble(Classification::saved)
                                    .average()
                                    .orElseThrow(),
                    alone.milliseconds(setting.name()),
                    alone.speedUp(setting.name(), FULL),
                    together.milliseconds(setting.name()),
                    together.speedUp(setting.name(), FULL));
        }
        if (alone.seconds().containsKey(EXPORTED)) {
            report.printf(
                    "| %s | | | | %s | %s | | |%n",
                    EXPORTED, alone.milliseconds(EXPORTED), alone.speedUp(EXPORTED, FULL));
        }
    }

    private static Judged judge(Setting setting, List<Sample> samples) {
        var answers = setting.classify(samples.stream().map(Sample::text).toList(), BATCH);
        var labels = setting.classifier().folder().card().labels();
        long right = IntStream.range(0, samples.size())
                .filter(i -> ((Answer.Label) answers.get(i).answer())
                        .label()
                        .equals(labels.get(samples.get(i).label())))
                .count();
        return new Judged(setting, answers, right / (double) samples.size());
    }

    private static void heads(List<Sample> samples, List<List<HeadOutput>> outputs, PrintWriter report) {
        report.printf("%n| layer | accuracy of its head | agreement with the last |%n|---|---|---|%n");
        for (int head = 0; head < outputs.getFirst().size(); head++) {
            int right = 0;
            int agree = 0;
            for (int i = 0; i < samples.size(); i++) {
                int said = outputs.get(i).get(head).answers()[0];
                right += said == samples.get(i).label() ? 1 : 0;
                agree += said == outputs.get(i).getLast().answers()[0] ? 1 : 0;
            }
            report.printf(
                    Locale.ROOT,
                    "| %d | %.2f%% | %.2f%% |%n",
                    outputs.getFirst().get(head).layer(),
                    100.0 * right / samples.size(),
                    100.0 * agree / samples.size());
        }
    }

    /** Sentences that leave at each layer, from easy to hard. */
    private void examples(List<Sample> samples, Judged judged, PrintWriter report) throws IOException {
        var answers = judged.answers();
        var byLayer = new TreeMap<Integer, List<Integer>>();
        for (int i = 0; i < answers.size(); i++) {
            byLayer.computeIfAbsent(answers.get(i).layer(), _ -> new ArrayList<>())
                    .add(i);
        }
        new ExitPlots(out).histogram(byLayer, judged.setting().classifier().layers(), judged.name());
        report.printf("%nWhere texts leave (%s), with examples:%n%n", judged.name());
        report.printf("| layer | texts | such as |%n|---|---|---|%n");
        byLayer.forEach((layer, places) -> report.printf(
                Locale.ROOT,
                "| %d | %.1f%% | %s |%n",
                layer,
                100.0 * places.size() / samples.size(),
                String.join(
                        " / ",
                        places.stream()
                                .filter(i -> samples.get(i).text().shown().length() > 20)
                                .limit(EXAMPLES)
                                .map(i -> shown(samples.get(i).text().shown(), answers.get(i)))
                                .toList())));
    }

    private static String shown(String text, Classification answer) {
        var plain = text.strip().replace("|", "\\|");
        var cut = plain.length() > LONGEST ? plain.substring(0, LONGEST) + "..." : plain;
        return "%s (%s)".formatted(cut, ((Answer.Label) answer.answer()).label());
    }

    /** Accuracy against the mean number of layers, for every threshold of each criterion. */
    private static Map<String, List<double[]>> curves(
            List<Sample> samples, List<List<HeadOutput>> outputs, TextClassifier classifier) {
        var task = classifier.folder().card().task();
        var traces = ExitTraces.of(task, outputs, List.of());
        var labels = samples.stream().map(Sample::label).toList();
        var curves = new LinkedHashMap<String, List<double[]>>();
        for (var criterion : ExitCriteria.all()) {
            boolean says = !criterion.name().equals("confidence")
                    || outputs.getFirst().getFirst().confidence().isPresent();
            if (says && criterion.fits(task)) {
                curves.put(criterion.name(), ExitCurve.of(criterion, traces, outputs, labels));
            }
        }
        return curves;
    }

    private static Map<String, double[]> points(List<Judged> settings, Timed alone) {
        var points = new LinkedHashMap<String, double[]>();
        for (var setting : settings) {
            points.put(
                    setting.name(),
                    new double[] {alone.milliseconds(setting.name()).median(), 100 * setting.accuracy()});
        }
        return points;
    }
}
