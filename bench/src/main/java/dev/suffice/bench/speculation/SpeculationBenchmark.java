package dev.suffice.bench.speculation;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.Agreement;
import dev.suffice.language.Generation;
import dev.suffice.language.GenerationRequest;
import dev.suffice.language.Generator;
import dev.suffice.language.HeadSearch;
import dev.suffice.language.LanguageModel;
import dev.suffice.language.Overflow;
import dev.suffice.language.chat.ChatMessage;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.language.sampling.Writing;
import dev.suffice.models.store.ModelStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How much drafting gains, and whether it loses anything. */
@Command(
        name = "speculation",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Answers questions greedily in several modes of drafting, one after the other, each with the same tokens to write, and compares time"
                        + " and text with plain decoding. A last group, random, writes tokens by chance: nothing can be drafted there.")
public final class SpeculationBenchmark implements Callable<Integer> {
    private static final String PLAIN = "none";
    private static final int RANDOM_TEXTS = 8;
    private static final int RANDOM_PROMPT = 100;

    /** Flattens what the model says to chance. */
    private static final double HOT = 20;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--questions",
            paramLabel = "FILE",
            required = true,
            description = "Questions in Spec-Bench's format (data/spec_bench/question.jsonl of its repository).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path questions;

    @Option(names = "--per-group", paramLabel = "N", description = "Most questions of a group, the first of the file.")
    private int perGroup = 8;

    @Option(names = "--model", paramLabel = "NAME|DIR|FILE", description = "The language model.")
    private String model = "smollm2";

    @Option(
            names = "--modes",
            paramLabel = "LIST",
            description =
                    "How to draft, as in generate's --draft-tokens; with who drafts after an @: lookup, suffix, store (suffixes of earlier answers"
                            + " too), free (both), self (the draft head), exit (an exit head), all; exit:0.98 also takes tokens unasked.")
    private String modes = "auto,3,5,heuristic,confidence";

    @Option(names = "--max-tokens", paramLabel = "N", description = "Tokens of an answer.")
    private int maxTokens = 128;

    @Option(names = "--repeats", paramLabel = "N", description = "How often everything is measured.")
    private int repeats = 1;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to compute with.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for table, plot and measurements.")
    private Path out = Path.of("out/bench/speculation");

    @Override
    public Integer call() throws IOException {
        if (perGroup < 1 || maxTokens < 2 || repeats < 1) {
            throw new InvalidRequestException("--per-group %d --max-tokens %d --repeats %d: must be at least 1, 2 and 1"
                    .formatted(perGroup, maxTokens, repeats));
        }
        if (!Files.isReadable(questions)) {
            throw new InvalidRequestException(
                    "--questions %s: cannot be read; it is data/spec_bench/question.jsonl of Spec-Bench"
                            .formatted(questions));
        }
        var asked = Question.read(questions, perGroup);
        var all = new ArrayList<Mode>();
        all.add(Mode.parse(PLAIN));
        Mode.parseAll(modes).stream().filter(mode -> !mode.text().equals(PLAIN)).forEach(all::add);
        Files.createDirectories(out);
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        var folder = Path.of(System.getProperty("suffice.home", "."), "drafters");
        try (var models = new Models(
                open(store, HeadSearch.draft(folder)),
                all.stream().anyMatch(Mode::exits)
                        ? Optional.of(open(store, HeadSearch.exit(folder)))
                        : Optional.empty())) {
            var opened = models.opened();
            var work = work(opened, asked);
            var answers = measure(models, all, work);
            var table = new SpeculationTable(answers, all, PLAIN);
            var text = """
                    %s, %d questions and %d random texts, up to %d tokens, %d threads, %s. Speed after the first token, in times plain decoding,
                    with 95%% bootstrap intervals over questions.

                    %s
                    %s
                    %s""".formatted(
                            model,
                            asked.size(),
                            work.size() - asked.size(),
                            maxTokens,
                            threads,
                            repeats == 1 ? "once" : repeats + " times",
                            table.speeds(),
                            table.drafts(),
                            losses(opened, answers, all, work));
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
            Files.writeString(out.resolve("speculation.md"), text);
            table.plot(out.resolve("speculation.png"));
        }
        return 0;
    }

    private LanguageModel open(ModelStore store, HeadSearch head) {
        return LanguageModel.open(
                store.find(model).path(),
                model,
                store.cache(),
                Optional.of(head),
                OptionalInt.empty(),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults().withThreads(threads));
    }

    /**
     * The model, as the modes need it.
     *
     * @param opened with its draft head
     * @param split in two parts, with its exit head in between; empty if no mode needs it
     */
    private record Models(LanguageModel opened, Optional<LanguageModel> split) implements AutoCloseable {
        LanguageModel of(Mode mode) {
            return mode.exits() ? split.orElseThrow() : opened;
        }

        @Override
        public void close() {
            split.ifPresent(LanguageModel::close);
            opened.close();
        }
    }

    /** A question and what the model is asked. */
    private record Task(Question question, GenerationRequest request) {
        boolean drawn() {
            return !request.sampling().isGreedy();
        }
    }

    private List<Task> work(LanguageModel opened, List<Question> asked) {
        var work = new ArrayList<Task>();
        for (var question : asked) {
            var prompt = opened.prompt(List.of(ChatMessage.user(question.text())));
            work.add(new Task(question, GenerationRequest.greedy(prompt, maxTokens, opened.ends())));
        }
        var random = new SplittableRandom(1);
        int vocabulary = opened.session().vocabulary();
        for (int k = 0; k < RANDOM_TEXTS; k++) {
            var prompt = random.ints(RANDOM_PROMPT, 0, vocabulary).toArray();
            var hot = new SamplingOptions(HOT, 0, 1, 0, 1, 0, 0, java.util.Map.of());
            work.add(new Task(
                    new Question(-1 - k, Answers.RANDOM, ""),
                    new GenerationRequest(prompt, maxTokens, hot, k, Set.of(), TokenRule.NONE, false, Overflow.STOP)));
        }
        return work;
    }

    private Answers measure(Models models, List<Mode> all, List<Task> work) throws IOException {
        var answers = new Answers();
        var file = out.resolve("runs.csv");
        Files.writeString(file, Answer.HEADER + "\n");
        var started = System.nanoTime();
        for (int repeat = 0; repeat < repeats; repeat++) {
            // Nothing is known at the start of each time, neither costs nor earlier answers.
            var generators = all.stream()
                    .map(mode -> generator(models.of(mode), mode, mode.agreement(models.of(mode))))
                    .toList();
            // Nothing can be taken unasked where tokens are drawn.
            var drawing = all.stream()
                    .map(mode -> generator(models.of(mode), mode, Optional.empty()))
                    .toList();
            if (repeat == 0) {
                for (int k = 0; k < all.size(); k++) {
                    answer(
                            models.of(all.get(k)),
                            generators.get(k),
                            work.getFirst().request());
                }
            }
            for (int q = 0; q < work.size(); q++) {
                var task = work.get(q);
                for (int k = 0; k < all.size(); k++) {
                    // Another order for each question, so that none always runs after the same other.
                    int turn = (k + q + repeat) % all.size();
                    var answer = Answer.of(
                            task.question(),
                            all.get(turn),
                            repeat,
                            answer(
                                    models.of(all.get(turn)),
                                    (task.drawn() ? drawing : generators).get(turn),
                                    task.request()));
                    answers.add(answer);
                    Files.writeString(file, answer.line() + "\n", StandardOpenOption.APPEND);
                }
                tell(repeat * work.size() + q + 1, repeats * work.size(), (System.nanoTime() - started) / 1e9);
            }
        }
        return answers;
    }

    private Generator generator(LanguageModel opened, Mode mode, Optional<Agreement> agreement) {
        return new Generator(model, opened.session(), mode.drafters(opened), mode.policy(), agreement);
    }

    private static Generation answer(LanguageModel opened, Generator generator, GenerationRequest request) {
        try (var text = opened.session().text()) {
            return generator.generate(text, request, new Cancellation(), (_, _) -> true);
        }
    }

    /** How many answers are those of plain decoding, and how close the decisions were that made others different. */
    private static String losses(LanguageModel opened, Answers answers, List<Mode> all, List<Task> work) {
        var text = new StringBuilder();
        for (var mode : all) {
            if (mode.text().equals(PLAIN)) {
                continue;
            }
            if (mode.agreement().isPresent()) {
                text.append(agreement(opened, answers.of(mode.text(), ""), mode, work));
                continue;
            }
            int asked = 0;
            int different = 0;
            var margins = new ArrayList<String>();
            for (var group : answers.groups()) {
                if (group.equals(Answers.RANDOM)) {
                    continue;
                }
                asked += answers.count(mode.text(), group);
                for (var difference : answers.differences(mode.text(), PLAIN, group)) {
                    different++;
                    var task = work.stream()
                            .filter(one ->
                                    one.question().id() == difference.answer().question())
                            .findFirst()
                            .orElseThrow();
                    margins.add("question %d at token %d, margin %.4f"
                            .formatted(
                                    task.question().id(),
                                    difference.at(),
                                    margin(opened, task.request().prompt(), difference)));
                }
            }
            text.append("%s: %d of %d answers equal to plain decoding, %d positions decided again%s%n"
                    .formatted(
                            mode.text(),
                            asked - different,
                            asked,
                            answers.again(mode.text(), ""),
                            margins.isEmpty() ? "" : "; " + String.join("; ", margins)));
        }
        return text.toString();
    }

    /** How many tokens were taken unasked, and how many of them the model would have chosen where they are; all others it has chosen. */
    private static String agreement(LanguageModel opened, List<Answer> some, Mode mode, List<Task> work) {
        int taken = 0;
        int tokens = 0;
        int others = 0;
        for (var answer : some) {
            var prompt = work.stream()
                    .filter(one -> one.question().id() == answer.question())
                    .findFirst()
                    .orElseThrow()
                    .request()
                    .prompt();
            taken += answer.taken();
            tokens += answer.tokens().length;
            others += others(opened, prompt, answer.tokens());
        }
        return String.format(
                Locale.ROOT,
                "%s: %d of %d tokens taken unasked, %.2f%% of them the model's own choice where they are%n",
                mode.text(),
                taken,
                tokens,
                100 * (1 - (double) others / Math.max(1, taken)));
    }

    /** Tokens of an answer that the model would not have chosen behind those before them. */
    private static int others(LanguageModel opened, int[] prompt, int[] answer) {
        int others = 0;
        try (var text = opened.session().text()) {
            var logits = text.read(prompt, 1)[0];
            var writing = Writing.of(SamplingOptions.greedy(), prompt, TokenRule.NONE);
            for (int i = 0; i < answer.length; i++) {
                others += writing.next(logits).probability(answer[i]) > 0 ? 0 : 1;
                if (i + 1 < answer.length) {
                    logits = text.read(new int[] {answer[i]}, 1)[0];
                }
            }
        }
        return others;
    }

    /** Difference of the two best scores where two answers part. */
    private static float margin(LanguageModel opened, int[] prompt, Answers.Difference difference) {
        try (var text = opened.session().text()) {
            var logits = text.read(prompt, 1)[0];
            var tokens = difference.other().tokens();
            for (int i = 0; i < difference.at(); i++) {
                logits = text.read(new int[] {tokens[i]}, 1)[0];
            }
            return Writing.of(SamplingOptions.greedy(), prompt, TokenRule.NONE).margin(logits);
        }
    }

    private void tell(int done, int all, double seconds) {
        if (Boolean.getBoolean("suffice.terminal")) {
            PrintWriter err = spec.commandLine().getErr();
            err.printf(Locale.ROOT, "\rtext %d of %d, %.0f min left ", done, all, seconds / done * (all - done) / 60);
            if (done == all) {
                err.println();
            }
            err.flush();
        }
    }
}
