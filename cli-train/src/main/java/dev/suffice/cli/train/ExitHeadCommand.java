package dev.suffice.cli.train;

import dev.suffice.cli.Installation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.LanguageModel;
import dev.suffice.models.store.ModelStore;
import dev.suffice.train.Progress;
import dev.suffice.train.RunFolders;
import dev.suffice.train.exithead.AnsweredText;
import dev.suffice.train.exithead.ExitHeadListener;
import dev.suffice.train.exithead.ExitHeadOptions;
import dev.suffice.train.exithead.ExitHeadQuality;
import dev.suffice.train.exithead.ExitHeadTraining;
import dev.suffice.train.exithead.ModelView;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains what guesses a language model's next token after a few of its layers. */
@Command(
        name = "exit-head",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Trains a head that guesses a language model's next token after a few of its layers, on texts that the model has written; for ./suffice generate --speculate exit."
                        + " It can be stopped and goes on where it was.")
final class ExitHeadCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR|FILE",
            description = "The model that the head is for.",
            required = true)
    private String model = "";

    @Option(
            names = "--texts",
            paramLabel = "FILE",
            description =
                    "What the model has written, a JSON object a line: prompt and answer, each as text with its special tokens, or as a list of tokens.")
    private @Nullable Path texts;

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "Prompts, one a line, that the model answers first if there are no texts; some thousand.")
    private @Nullable Path prompts;

    @Option(names = "--max-tokens", paramLabel = "N", description = "Most tokens of such an answer.")
    private int maxTokens = 128;

    @Option(names = "--raw", description = "Give the prompts as they are, without the model's chat template.")
    private boolean raw;

    @Option(names = "--out", paramLabel = "DIR", description = "The head's folder.", required = true)
    private Path out = Path.of("");

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "Folder of states, checkpoints, losses and plots; beside the head's if not given.")
    private @Nullable Path run;

    @Option(names = "--after", paramLabel = "N", description = "How many layers run before the head.")
    private int after = 6;

    @Option(
            names = "--words",
            paramLabel = "N",
            description = "Most tokens that the head can say; those that the model says most often.")
    private int words = 8192;

    @Option(names = "--inner", paramLabel = "N", description = "Elements between the matrices of its adapter.")
    private int inner = 1536;

    @Option(names = "--longest", paramLabel = "N", description = "Tokens of a text that are read.")
    private int longest = 512;

    @Option(names = "--epochs", paramLabel = "N", description = "How often each place is seen.")
    private double epochs = 3;

    @Option(names = "--batch", paramLabel = "N", description = "Places of a step.")
    private int batch = 256;

    @Option(names = "--rate", paramLabel = "R", description = "Highest learning rate.")
    private double rate = 1e-3;

    @Option(
            names = "--hold-out",
            paramLabel = "N",
            description = "Texts, from the first, that the head is not trained but measured and calibrated with.")
    private int holdOut = 256;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of initialisation and order.")
    private long seed = 7;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to compute with.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var store = ModelStore.of(Installation.home());
        var options = SessionOptions.defaults().withThreads(threads);
        var engine = Engines.named(Engines.DEFAULT);
        ModelView view;
        List<AnsweredText> answered;
        try (var opened = LanguageModel.open(
                store.find(model).path(), model, store.cache(), OptionalInt.empty(), engine, options)) {
            view = new ModelView(opened.session().decoder(), opened.fingerprint(), engine, options);
            answered = AnsweredTexts.read(file(opened), opened, longest);
        }
        var trained = ExitHeadTraining.run(
                view,
                answered,
                new ExitHeadOptions(
                        runFolder(),
                        out,
                        after,
                        words,
                        inner,
                        epochs,
                        batch,
                        rate,
                        holdOut,
                        seed,
                        threads,
                        Duration.ofMinutes(3)),
                new Reporting(spec.commandLine().getErr()));
        print(trained);
        return 0;
    }

    /** The texts to learn from, which the model writes first if there are none. */
    private Path file(LanguageModel opened) throws IOException {
        if ((texts == null) == (prompts == null)) {
            throw new InvalidRequestException("--texts, --prompts: exactly one of them has to be given");
        }
        if (texts != null) {
            return texts;
        }
        var err = spec.commandLine().getErr();
        var written = runFolder().resolve("texts.jsonl");
        AnsweredTexts.write(java.util.Objects.requireNonNull(prompts), written, opened, maxTokens, raw, count -> {
            if (count % 100 == 0) {
                err.printf("%d prompts answered%n", count);
                err.flush();
            }
        });
        return written;
    }

    private Path runFolder() {
        return RunFolders.of(Optional.ofNullable(run), out);
    }

    private void print(ExitHeadTraining.Trained trained) {
        var console = spec.commandLine().getOut();
        var quality = trained.quality();
        console.printf(
                Locale.ROOT,
                "%d places learned from, %d words, after %d layers%n",
                trained.trained(),
                trained.words(),
                after);
        console.printf(
                Locale.ROOT,
                "Held out: %d places of %d texts; the model's token is one of the words in %.1f%% of them, and the head's in %.1f%%%n",
                quality.places(),
                trained.calibration().texts(),
                100 * quality.covered(),
                100 * quality.agreement());
        console.println(out);
    }

    /** Steps and measurements, on stderr. */
    private static final class Reporting implements ExitHeadListener {
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
        public void heldOut(long step, ExitHeadQuality quality) {
            err.printf(
                    Locale.ROOT,
                    "step %d, held out: %.2f%% agree with the model, loss %.4f%n",
                    step,
                    100 * quality.agreement(),
                    quality.loss());
            err.flush();
        }
    }
}
