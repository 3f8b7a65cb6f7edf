package dev.suffice.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.cli.Main;
import dev.suffice.core.Cancellation;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.ExitDrafter;
import dev.suffice.language.Generation;
import dev.suffice.language.GenerationRequest;
import dev.suffice.language.Generator;
import dev.suffice.language.HeadSearch;
import dev.suffice.language.LanguageModel;
import dev.suffice.language.TokenListener;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.SpeculationPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code suffice train exit-head} with a small model of random weights. */
class ExitHeadCommandTest {
    private static final Path MODEL = Path.of(
            System.getProperty("suffice.home", "."),
            "language/src/test/resources/dev/suffice/language/models/llama-tied");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var texts = java.util.Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(texts);
    }

    private int train(Object... more) {
        var usual = List.<Object>of(
                "train",
                "exit-head",
                "--model",
                MODEL,
                "--after",
                "2",
                "--inner",
                "64",
                "--words",
                "400",
                "--hold-out",
                "10",
                "--batch",
                "32",
                "--threads",
                "1");
        var all = new java.util.ArrayList<>(usual);
        all.addAll(List.of(more));
        return run(all.toArray());
    }

    @Test
    void whatIsTrainedOnTheModelsAnswersDraftsForIt() throws IOException {
        var prompts = Files.writeString(
                folder.resolve("prompts.txt"),
                IntStream.range(0, 40)
                        .mapToObj(i -> "Number %d of the %s".formatted(i * i, i % 3 == 0 ? "self" : "foxes"))
                        .collect(Collectors.joining("\n", "", "\n\n")));
        var head = folder.resolve("drafters/head");
        var run = folder.resolve("run");
        assertThat(train("--prompts", prompts, "--raw", "--max-tokens", 40, "--epochs", 4, "--out", head, "--run", run))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .containsPattern("\\d+ places learned from, \\d+ words, after 2 layers")
                .containsPattern(
                        "Held out: \\d+ places of 10 texts; the model's token is one of the words in \\d+\\.\\d%")
                .contains(head.toString());
        assertThat(err.toString()).containsPattern("step \\d+, held out: \\d+\\.\\d+% agree with the model");
        var texts = run.resolve("texts.jsonl");
        assertThat(Files.readAllLines(texts)).hasSize(40);

        // The same texts, given as such, make the same head.
        var again = folder.resolve("again");
        assertThat(train("--texts", texts, "--epochs", 4, "--out", again))
                .as(err.toString())
                .isZero();
        assertThat(again.resolve("model.safetensors")).hasSameBinaryContentAs(head.resolve("model.safetensors"));

        try (var plain = open(Optional.empty());
                var split = open(Optional.of(HeadSearch.exit(folder.resolve("drafters"))))) {
            var own = write(plain, List.of());
            var drafted = write(split, List.of(ExitDrafter.of(split.session())));
            assertThat(drafted.tokens()).isEqualTo(own.tokens());
            assertThat(drafted.report().accepted()).isPositive();
        }
    }

    private LanguageModel open(Optional<HeadSearch> heads) {
        return LanguageModel.open(
                MODEL,
                "small",
                folder.resolve("cache"),
                heads,
                OptionalInt.of(128),
                Engines.named("onnxruntime"),
                SessionOptions.defaults());
    }

    private static Generation write(LanguageModel model, List<Drafter> drafters) {
        try (var text = model.session().text()) {
            return new Generator("small", model.session(), drafters, new SpeculationPolicy.Fixed(3))
                    .generate(
                            text,
                            GenerationRequest.greedy(model.prompt("Number 7 of the foxes"), 60, Set.of()),
                            new Cancellation(),
                            TokenListener.SILENT);
        }
    }

    @Test
    void textsMayBeWrittenOut() throws IOException {
        var lines = IntStream.range(0, 30)
                .mapToObj(
                        i -> "{\"prompt\":\"Number %d\",\"answer\":\" of the foxes and the river %d\"}".formatted(i, i))
                .collect(Collectors.joining("\n"));
        var texts = Files.writeString(folder.resolve("texts.jsonl"), lines);
        assertThat(train("--texts", texts, "--epochs", 1, "--out", folder.resolve("head")))
                .as(err.toString())
                .isZero();
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        var head = folder.resolve("head");
        assertThat(train("--out", head)).isEqualTo(2);
        assertThat(err.toString()).startsWith("suffice: --texts, --prompts: exactly one of them has to be given");
        var texts = Files.writeString(folder.resolve("texts.jsonl"), "{\"prompt\":\"a\"}\n");
        assertThat(train("--texts", texts, "--out", head)).isEqualTo(2);
        assertThat(err.toString()).startsWith("suffice: texts " + texts + ": line 1: has no prompt or no answer");
        Files.writeString(texts, "nothing\n");
        assertThat(train("--texts", texts, "--out", head)).isEqualTo(2);
        assertThat(err.toString()).startsWith("suffice: texts " + texts + ": line 1: is no JSON");
        Files.writeString(texts, "{\"prompt\":[1],\"answer\":[600]}\n");
        assertThat(train("--texts", texts, "--out", head)).isEqualTo(2);
        assertThat(err.toString()).startsWith("suffice: token 600 in a text: the model has 600");
        Files.writeString(texts, "{\"prompt\":[1],\"answer\":[5, 6]}\n");
        assertThat(train("--texts", texts, "--out", head)).isEqualTo(2);
        assertThat(err.toString()).startsWith("suffice: 1 texts, 10 of them to be held out");
        assertThat(head).doesNotExist();
    }
}
