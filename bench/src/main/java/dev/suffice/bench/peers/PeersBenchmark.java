package dev.suffice.bench.peers;

import dev.suffice.bench.speculation.Question;
import dev.suffice.classify.data.LabelledTexts;
import dev.suffice.cli.InterruptSignal;
import dev.suffice.cli.Json;
import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.TextFile;
import dev.suffice.models.store.ModelStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** This project beside other programs. */
@Command(
        name = "peers",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Compares with other programs (bench/peers/README.md says how they are installed): the same weights, threads and work, by turns in one run. Writes a table for each capability, all measurements and a"
                        + " plot. Peers that are not installed are named and left out.")
public final class PeersBenchmark implements Callable<Integer> {
    private static final int CANCELLED = 130;
    private static final String IMAGES = "images";
    private static final String TEXT = "text";
    private static final String CLASSIFY = "classify";
    private static final int CLASSIFIED_TEXTS = 1000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--capability", paramLabel = "LIST", description = "Of images, text and classify.")
    private String capabilities = "images,text,classify";

    @Option(
            names = "--peers",
            paramLabel = "LIST",
            description = "Who takes part, suffice among them; all if not given.")
    private Optional<String> peers = Optional.empty();

    @Option(
            names = "--python",
            paramLabel = "[NAME=]PATH",
            description =
                    "The interpreter that has a peer's packages; without a name that of all others. May be repeated.")
    private List<String> pythons = new ArrayList<>();

    @Option(
            names = "--jars",
            paramLabel = "NAME=DIR",
            description = "A folder with the jars of a peer in Java (java-llama.cpp, jlama, djl). May be repeated.")
    private List<String> jars = new ArrayList<>();

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description =
                    "The folder that bench/peers/make_peer_models.py has written: the models as the peers read them.")
    private Path models = Path.of("out/bench/peers/models");

    @Option(names = "--steps", paramLabel = "N", description = "Steps of images of places.")
    private int steps = 50;

    @Option(
            names = "--large",
            paramLabel = "DIR",
            description = "A folder of make_sd14_folder.py, for images of a model of that size.")
    private Optional<Path> large = Optional.empty();

    @Option(names = "--large-steps", paramLabel = "N", description = "Steps of these.")
    private int largeSteps = 3;

    @Option(names = "--large-size", paramLabel = "N", description = "Their width and height.")
    private int largeSize = 512;

    @Option(
            names = "--questions",
            paramLabel = "FILE",
            description =
                    "Questions in Spec-Bench's format (data/spec_bench/question.jsonl of its repository), for text.")
    private Optional<Path> questions = Optional.empty();

    @Option(names = "--text-model", paramLabel = "NAME|FILE", description = "A language model as a GGUF file.")
    private String textModel = "smollm2";

    @Option(names = "--max-tokens", paramLabel = "N", description = "Tokens of an answer.")
    private int maxTokens = 128;

    @Option(names = "--texts", paramLabel = "FILE", description = "Texts to classify: .tsv, .csv or .jsonl.")
    private Optional<Path> texts = Optional.empty();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often everything is done; 0 with --more only tells what was measured before.")
    private int rounds = 1;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Most items of a table: prompts, questions (evenly from the file), 100 texts each.")
    private int limit = 24;

    @Option(
            names = "--skip",
            paramLabel = "N",
            description = "Prompts and questions that are passed over at the beginning.")
    private int skip = 0;

    @Option(
            names = "--more",
            description =
                    "Adds to the measurements that are in the folder, e.g. further items or rounds; tables are of all of them.")
    private boolean more = false;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that each computes with.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "After which a peer that does not answer is left out.")
    private int timeout = 600;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for tables, measurements and plot.")
    private Path out = Path.of("out/bench/peers");

    @Option(names = "--json", description = "Prints ratios and aims as JSON instead of the tables.")
    private boolean json = false;

    @Override
    public Integer call() throws IOException {
        var asked = checked();
        var home = Path.of(System.getProperty("suffice.home", ".")).toAbsolutePath();
        var programs = Programs.parse(home, pythons, jars, threads);
        var wanted = wanted();
        Files.createDirectories(out);
        var work = Files.createTempDirectory("suffice-peers");
        try (var interrupt = new InterruptSignal()) {
            var absent = new LinkedHashMap<String, String>();
            var jobs = jobs(asked, ModelStore.of(home), programs, wanted, work, absent);
            absent.values().forEach(reason -> spec.commandLine().getErr().println("takes no part: " + reason));
            return measure(jobs, absent, work, interrupt.cancellation());
        } finally {
            delete(work);
        }
    }

    private Set<String> checked() {
        var asked = new TreeSet<>(Programs.split(capabilities));
        var known = Set.of(IMAGES, TEXT, CLASSIFY);
        for (var one : asked) {
            if (!known.contains(one)) {
                throw new InvalidRequestException(
                        "--capability %s: %s is none; there are images, text, classify".formatted(capabilities, one));
            }
        }
        if (rounds < (more ? 0 : 1) || limit < 1 || skip < 0 || timeout < 1 || maxTokens < 2 || threads < 1) {
            throw new InvalidRequestException(
                    "--rounds %d --limit %d --skip %d --timeout %d --max-tokens %d --threads %d: must be at least 1, 1, 0, 1, 2 and 1"
                            .formatted(rounds, limit, skip, timeout, maxTokens, threads));
        }
        if (asked.contains(TEXT)) {
            readable("--questions", questions, TEXT, "data/spec_bench/question.jsonl of Spec-Bench");
        }
        if (asked.contains(CLASSIFY)) {
            readable("--texts", texts, CLASSIFY, "a file of texts and labels, e.g. SST-2's dev.tsv");
        }
        return asked;
    }

    private static void readable(String option, Optional<Path> file, String capability, String what) {
        if (file.isEmpty()) {
            throw new InvalidRequestException(
                    "%s: is missing; capability %s needs %s, or choose others with --capability"
                            .formatted(option, capability, what));
        }
        if (!Files.isReadable(file.get())) {
            throw new InvalidRequestException(
                    "%s %s: cannot be read; it must be %s".formatted(option, file.get(), what));
        }
    }

    private Set<String> wanted() {
        var known = Programs.names();
        var chosen = peers.map(Programs::split).orElse(List.copyOf(known));
        for (var one : chosen) {
            if (!known.contains(one)) {
                throw new InvalidRequestException("--peers %s: %s is no peer; there are %s"
                        .formatted(peers.orElse(""), one, String.join(", ", known)));
            }
        }
        return new TreeSet<>(chosen);
    }

    private List<Job> jobs(
            Set<String> asked,
            ModelStore store,
            Programs programs,
            Set<String> wanted,
            Path work,
            Map<String, String> absent)
            throws IOException {
        var jobs = new ArrayList<Job>();
        var folder = models.toAbsolutePath();
        if (asked.contains(IMAGES)) {
            var images = new ImageWork(programs, wanted, folder, work, absent);
            var prompts = some(prompts());
            jobs.add(images.places(store.folder("places"), prompts, steps));
            if (large.isPresent()) {
                jobs.add(images.large(
                        large.get().toAbsolutePath(),
                        prompts.subList(0, Math.min(2, prompts.size())),
                        largeSize,
                        largeSteps));
            }
        }
        if (asked.contains(TEXT)) {
            var all = some(Question.read(questions.orElseThrow(), Integer.MAX_VALUE));
            jobs.addAll(new TextWork(programs, wanted, folder, absent).jobs(store, textModel, all, maxTokens));
        }
        if (asked.contains(CLASSIFY)) {
            jobs.add(classify(store, programs, wanted, folder, absent));
        }
        return jobs;
    }

    /** Evenly from all of them, for files are ordered by kind. */
    private <T> List<T> some(List<T> all) {
        int step = Math.max(1, all.size() / limit);
        var some = Stream.iterate(skip, i -> i < all.size(), i -> i + step)
                .limit(limit)
                .map(all::get)
                .toList();
        if (some.isEmpty()) {
            throw new InvalidRequestException("--skip %d: there are only %d".formatted(skip, all.size()));
        }
        return some;
    }

    private static List<String> prompts() throws IOException {
        try (var stream = Objects.requireNonNull(
                        Question.class.getResourceAsStream("/dev/suffice/bench/held-out-prompts.txt"));
                var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    private Job classify(
            ModelStore store, Programs programs, Set<String> wanted, Path folder, Map<String, String> absent) {
        var file = texts.orElseThrow();
        var read = LabelledTexts.read(file).rows().stream()
                .limit(CLASSIFIED_TEXTS)
                .map(row -> row.content().texts().getFirst())
                .toList();
        var remedy = "bench/peers/make_peer_models.py writes it (--models DIR)";
        var lineup = new Lineup(programs, wanted, CLASSIFY, absent);
        var ours = store.folder("sentiment");
        lineup.add(
                Programs.SUFFICE,
                ClassifyJob.WHOLE.substring(Programs.SUFFICE.length() + 2),
                ours,
                "",
                load -> load.put("engine", "onnxruntime").put("mode", "never"));
        lineup.add(
                Programs.SUFFICE,
                ClassifyJob.OURS.substring(Programs.SUFFICE.length() + 2),
                ours,
                "",
                load -> load.put("engine", "onnxruntime").put("mode", "auto"));
        for (var peer : List.of("transformers", "onnxruntime", "djl")) {
            lineup.add(peer, "", folder.resolve("sentiment"), remedy, _ -> {});
        }
        return new ClassifyJob(
                "sentiment, %s, one text at a time".formatted(file.getFileName()), read, limit, lineup.contenders());
    }

    private int measure(List<Job> jobs, Map<String, String> absent, Path work, Cancellation cancellation)
            throws IOException {
        var file = out.resolve("runs.csv");
        var measurements = MeasurementFile.open(file, more);
        var report =
                new PeersReport("%s, %d threads each, by turns in one run.".formatted(Machine.processor(), threads));
        report.absent(absent);
        var err = spec.commandLine().getErr();
        var setting = new Turns.Setting(work, Duration.ofSeconds(timeout), cancellation, err);
        try {
            for (var job : jobs) {
                var turns = new Turns(job.table(), job.contenders(), setting);
                turns.run(
                        measurements.rounds(job.table().name()),
                        rounds,
                        round -> measurements.add(job.complete(round)));
                report.add(turns);
                report.add(job, new Comparison(measurements.of(job.table().name())));
            }
        } catch (CancelledException e) {
            err.println(
                    "\nsuffice: cancelled; finished rounds are in %s, and --more goes on with them".formatted(file));
            return CANCELLED;
        }
        var text = report.markdown();
        TextFile.write(out.resolve("peers.md"), text);
        report.plot(out.resolve("peers.png"));
        spec.commandLine().getOut().println(json ? Json.text(report.json()) : text);
        spec.commandLine().getOut().flush();
        return 0;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
