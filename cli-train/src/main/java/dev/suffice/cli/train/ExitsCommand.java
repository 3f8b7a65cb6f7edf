package dev.suffice.cli.train;

import dev.suffice.classify.BaseEncoder;
import dev.suffice.classify.ClassifierCalibration;
import dev.suffice.classify.ClassifierCard;
import dev.suffice.classify.Precision;
import dev.suffice.classify.Task;
import dev.suffice.classify.TextClassifier;
import dev.suffice.classify.TextInput;
import dev.suffice.classify.data.Columns;
import dev.suffice.classify.data.KnownTexts;
import dev.suffice.classify.data.LabelSet;
import dev.suffice.classify.data.LabelledTexts;
import dev.suffice.classify.data.Overlap;
import dev.suffice.classify.data.Split;
import dev.suffice.classify.exit.ExitCalibration;
import dev.suffice.classify.exit.ExitLoss;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.classify.exit.ExitTraces;
import dev.suffice.classify.exit.MaxProbability;
import dev.suffice.classify.exit.Stability;
import dev.suffice.cli.Installation;
import dev.suffice.cli.InterruptSignal;
import dev.suffice.cli.UnitProgress;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.calibrate.RiskControls;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.family.InputScales;
import dev.suffice.models.store.ModelStore;
import dev.suffice.models.tokenizer.Tokenizer;
import dev.suffice.train.Progress;
import dev.suffice.train.RunFolders;
import dev.suffice.train.exits.ExitBase;
import dev.suffice.train.exits.ExitHeads;
import dev.suffice.train.exits.ExitMethod;
import dev.suffice.train.exits.ExitQuality;
import dev.suffice.train.exits.ExitRecipe;
import dev.suffice.train.exits.ExitTask;
import dev.suffice.train.exits.ExitTraining;
import dev.suffice.train.exits.ExitTrainingListener;
import dev.suffice.train.exits.ExitTrainingOptions;
import dev.suffice.train.exits.Pooling;
import dev.suffice.train.exits.TrainedExits;
import dev.suffice.train.exits.Tuning;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a classifier whose layers have heads, and calibrates when texts may leave. */
@Command(
        name = "exits",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Trains a text classifier with a head behind every layer, and calibrates when texts may leave; for ./suffice classify. It can be stopped and goes on where it was.")
final class ExitsCommand implements Callable<Integer> {
    /** Share of the calibration texts that measures what int8 has to hold, where there are no others. */
    private static final double MEASURED_SHARE = 0.1;

    /** Of fewer texts none is taken for that: there is no int8 then. */
    private static final int LEAST_TEXTS = 400;

    private static final double[] RISKS = {0.005, 0.01, 0.02, 0.03, 0.05};

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "Texts and labels to learn: .tsv, .csv or .jsonl. Not needed to calibrate a model again.")
    private @Nullable Path data;

    @Option(
            names = "--calibration",
            paramLabel = "FILE",
            description =
                    "Texts and labels to calibrate with, none of which may be among the others; a part of them is held out if there is none.")
    private @Nullable Path calibration;

    @Option(
            names = "--columns",
            paramLabel = "TEXT[,TEXT2],LABEL",
            split = ",",
            description =
                    "Names of the columns, or of fields in .jsonl: of a text and its label, or of two texts and their label. If not given, found by usual names such as sentence1, sentence2, label.")
    private List<String> columns = new ArrayList<>();

    @Option(names = "--out", paramLabel = "DIR", description = "The classifier's folder.", required = true)
    private Path out = Path.of("");

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "Folder of checkpoints, losses and plots; beside the classifier's if not given.")
    private @Nullable Path run;

    @Option(
            names = "--base",
            paramLabel = "NAME|DIR",
            description = "The encoder to start from: bge-small-en-v1.5, all-minilm-l6-v2, or a BERT checkpoint.")
    private String base = "bge-small-en-v1.5";

    @Option(
            names = "--method",
            paramLabel = "distilled|joint|two_stage",
            description =
                    "How the heads are trained: all at once and after the last one, all at once, or behind the finished model.")
    private String method = "distilled";

    @Option(
            names = "--tune",
            paramLabel = "lora|full",
            description = "What of the encoder is trained: adapters of low rank, or all its weights.")
    private String tune = "lora";

    @Option(names = "--rank", paramLabel = "N", description = "Rank of the adapters.")
    private int rank = Tuning.Lora.DEFAULT.rank();

    @Option(names = "--epochs", paramLabel = "N", description = "How often each text is seen.")
    private double epochs = 3;

    @Option(names = "--batch", paramLabel = "N", description = "Texts of a step.")
    private int batch = 32;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Highest learning rate; 6e-4 for adapters, 5e-5 for all weights.")
    private @Nullable Double rate;

    @Option(
            names = "--exits",
            paramLabel = "N,...",
            split = ",",
            description = "Layers behind which there are heads; all if not given.")
    private List<Integer> exits = new ArrayList<>();

    @Option(
            names = "--labels",
            paramLabel = "NAME,...",
            split = ",",
            description = "Names of the labels, in the order of those in the data (numbers rising, texts by letters).")
    private List<String> names = new ArrayList<>();

    @Option(names = "--regression", description = "Labels are numbers to be estimated.")
    private boolean regression;

    @Option(names = "--confidences", description = "Heads also learn how sure they are, for the criterion confidence.")
    private boolean confidences;

    @Option(names = "--hold-out", paramLabel = "SHARE", description = "Part of the texts to hold out.")
    private double holdOut = 0.05;

    @Option(names = "--half", description = "Write the weights in half precision.")
    private boolean half;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the split and of the training.")
    private long seed = 7;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to compute with. For small encoders and short texts one is fastest.")
    private int threads = 1;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var store = ModelStore.of(Installation.home());
        var training = data;
        if (training == null) {
            var texts = calibration;
            if (texts == null) {
                throw new InvalidRequestException(
                        "no data: give texts to learn with --data, or such to calibrate %s with by --calibration"
                                .formatted(out));
            }
            calibrateAgain(store, read(texts));
            return 0;
        }
        var all = read(training);
        var split = calibration == null ? Split.of(all, holdOut, seed) : new Split(read(calibration), all);
        var held = split.chosen();
        var known = KnownTexts.of(split.rest());
        LabelledExamples.refuseOtherKind(held, split.rest());
        refuse(Overlap.of(known, held));
        train(store, split.rest(), held, known);
        calibrate(store, held, some(split.rest()));
        return 0;
    }

    private LabelledTexts read(Path file) {
        return LabelledTexts.read(file, Columns.named(columns));
    }

    /** Another calibration of a classifier: what int8 has to hold is measured with texts that then do not count, unless it is known. */
    private void calibrateAgain(ModelStore store, LabelledTexts texts) throws IOException {
        if (Files.isRegularFile(out.resolve(InputScales.FILE)) || texts.size() < LEAST_TEXTS) {
            calibrate(store, texts, List.of());
        } else {
            var split = Split.of(texts, MEASURED_SHARE, seed);
            calibrate(store, split.rest(), some(split.chosen()));
        }
    }

    /** Some texts, from all over the file. */
    private static List<TextInput> some(LabelledTexts texts) {
        var all = LabelledExamples.inputs(texts);
        int count = Math.min(ClassifierCalibration.MEASURED, all.size());
        return IntStream.range(0, count)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
                .toList();
    }

    private static void refuse(Overlap overlap) {
        if (!overlap.isEmpty()) {
            throw new InvalidRequestException(
                    "%s; a calibration with them would promise too much: take them out of one of the files"
                            .formatted(overlap.text()));
        }
    }

    private void train(ModelStore store, LabelledTexts learned, LabelledTexts held, KnownTexts known)
            throws IOException, InterruptedException {
        var packaged = BaseEncoder.find(base);
        var folder = packaged.map(one -> one.folder(store.cache())).orElseGet(() -> store.folder(base));
        var name = packaged.map(BaseEncoder::hubName).orElse(base);
        boolean mean = packaged.map(one -> one.pooling() == dev.suffice.models.family.Pooling.MEAN)
                .orElse(false);
        boolean lora = tune.equals("lora");
        if (!lora && !tune.equals("full")) {
            throw new InvalidRequestException("tune %s: must be lora or full".formatted(tune));
        }
        var tuning = lora ? new Tuning.Lora(rank, 2.0 * rank) : new Tuning.Full();
        var usual = ExitRecipe.of(tuning);
        var given = rate;
        var recipe = usual.withEpochs(epochs).withBatch(batch).withRate(given == null ? usual.rate() : given);
        var options = ExitTrainingOptions.of(runFolder(), out, tuning)
                .withMethod(method())
                .withHeads(new ExitHeads(exits, 128, mean ? Pooling.MEAN : Pooling.CLS, Pooling.MEAN, confidences))
                .withRecipe(recipe)
                .withHalf(half)
                .withSeed(seed)
                .withThreads(threads)
                .withCheckpointEvery(Duration.ofMinutes(5));
        var err = spec.commandLine().getErr();
        try (var tokenizer = Tokenizer.open(folder, 512)) {
            var task = regression ? ExitTask.REGRESSION : LabelledExamples.task(learned);
            var examples = LabelledExamples.of(tokenizer, task, learned, held, names);
            ExitTraining.run(
                    new ExitBase(folder, name),
                    examples,
                    options,
                    (into, trained) -> write(into, trained, examples.range(), learned, packaged, folder, known),
                    new Reporting(err));
        }
    }

    private Path runFolder() {
        return RunFolders.of(Optional.ofNullable(run), out);
    }

    private ExitMethod method() {
        try {
            return ExitMethod.valueOf(method.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("method %s: must be distilled, joint or two_stage".formatted(method));
        }
    }

    private static void write(
            Path into,
            TrainedExits trained,
            double range,
            LabelledTexts learned,
            Optional<BaseEncoder> packaged,
            Path base,
            KnownTexts known)
            throws IOException {
        boolean adapter = trained.tuning() instanceof Tuning.Lora;
        var task = switch (trained.task()) {
            case REGRESSION -> Task.NUMBER;
            case SINGLE_LABEL -> Task.LABEL;
            case TOKEN_LABELS -> Task.TOKENS;
        };
        new ClassifierCard(
                        task,
                        LabelledExamples.kind(learned),
                        trained.labels(),
                        task == Task.NUMBER ? List.of() : LabelSet.of(learned).labels(),
                        range,
                        read(trained.pooling()),
                        read(trained.rampPooling()),
                        trained.exits(),
                        task == Task.NUMBER ? new Stability() : new MaxProbability(),
                        packaged.filter(_ -> adapter).map(BaseEncoder::files))
                .write(into);
        if (!adapter || packaged.isEmpty()) {
            Files.copy(base.resolve("tokenizer.json"), into.resolve("tokenizer.json"));
        }
        known.write(into.resolve(KnownTexts.FILE));
    }

    private static dev.suffice.models.family.Pooling read(Pooling pooling) {
        return pooling == Pooling.MEAN
                ? dev.suffice.models.family.Pooling.MEAN
                : dev.suffice.models.family.Pooling.FIRST;
    }

    /** What every head says of the texts is written into the classifier's folder, and what may be promised with it is shown. */
    private void calibrate(ModelStore store, LabelledTexts held, List<TextInput> measured) throws IOException {
        var remembered = out.resolve(KnownTexts.FILE);
        if (Files.isRegularFile(remembered)) {
            refuse(Overlap.of(KnownTexts.read(remembered), held));
        }
        try (var interrupt = new InterruptSignal();
                var progress = new UnitProgress("texts", 1);
                var classifier = TextClassifier.open(
                        out,
                        out.toString(),
                        store.cache(),
                        name -> Optional.of(store.folder(name)),
                        Engines.named(Engines.DEFAULT),
                        SessionOptions.defaults().withThreads(threads))) {
            var card = classifier.folder().card();
            LabelledExamples.refuseOtherKind(held, card, out);
            List<float[]> truths;
            try (var tokenizer = classifier.folder().tokenizer(store.cache())) {
                truths = LabelledExamples.truths(tokenizer, held, card);
            }
            var calibrated = ClassifierCalibration.run(
                    classifier, LabelledExamples.inputs(held), truths, measured, progress, interrupt.cancellation());
            progress.close();
            print(calibrated, card);
        }
    }

    private void print(ClassifierCalibration calibrated, ClassifierCard card) {
        var console = spec.commandLine().getOut();
        calibrated.traces().forEach((precision, traces) -> {
            console.printf(
                    Locale.ROOT,
                    "Calibrated in %s with %d texts%s. Criterion %s; promises with probability 0.9:%n",
                    precision.text(),
                    traces.texts(),
                    precision == Precision.FLOAT32
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    ", of which it loses %.2f%% by itself",
                                    100 * traces.leastLoss(ExitLoss.AGREEMENT)),
                    card.criterion().name());
            print(traces, card);
        });
    }

    private void print(ExitTraces traces, ClassifierCard card) {
        var console = spec.commandLine().getOut();
        console.println("loss       risk    control    threshold  layers on average");
        for (var loss : ExitLoss.values()) {
            for (double risk : RISKS) {
                for (var control : RiskControls.names()) {
                    var promise = new ExitPolicy.Auto(risk, 0.9, loss, RiskControls.named(control));
                    var found = ExitCalibration.of(traces, card.criterion(), promise);
                    var threshold = found.policy() instanceof ExitPolicy.When when
                            ? String.format(Locale.ROOT, "%.4f", when.threshold())
                            : "never";
                    console.printf(
                            Locale.ROOT,
                            "%-10s %.3f   %-10s %-9s  %.2f of %d%n",
                            loss.text(),
                            risk,
                            control,
                            threshold,
                            found.meanLayers(),
                            traces.layers().getLast());
                }
            }
        }
    }

    /** Steps and measurements, on stderr. */
    private static final class Reporting implements ExitTrainingListener {
        private final PrintWriter err;
        private final TrainingProgress progress;

        Reporting(PrintWriter err) {
            this.err = err;
            this.progress = new TrainingProgress(err, Duration.ofSeconds(10));
        }

        @Override
        public void update(Progress at) {
            progress.update(at);
        }

        @Override
        public void heldOut(String stage, long step, List<ExitQuality> exits) {
            err.printf(Locale.ROOT, "%s %d, held out:", stage, step);
            exits.forEach(exit -> err.printf(Locale.ROOT, " %d: %.2f%%", exit.layer(), 100 * exit.quality()));
            err.println();
            err.flush();
        }
    }
}
