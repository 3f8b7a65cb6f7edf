package dev.suffice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** With a small model of random weights, whose answers are nonsense but always the same. */
class GenerateCommandTest {
    private static final String MODEL = Path.of(
                    System.getProperty("suffice.home", "."),
                    "language/src/test/resources/dev/suffice/language/models/qwen2")
            .toString();

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }

    private JsonNode answer(String... more) {
        var arguments = new String[more.length + 7];
        System.arraycopy(
                new String[] {"generate", "The quick brown fox", "--model", MODEL, "--max-tokens", "40", "--json"},
                0,
                arguments,
                0,
                7);
        System.arraycopy(more, 0, arguments, 7, more.length);
        assertThat(run(arguments)).as(err.toString()).isZero();
        return JsonMapper.shared().readTree(out.toString()).path("answers").path(0);
    }

    @Test
    void theTextAppearsAndTheLastLineSaysWhatItTook() {
        assertThat(run("generate", "The quick brown fox", "--raw", "--model", MODEL, "--max-tokens", "20"))
                .isZero();
        assertThat(out.toString()).isNotBlank().endsWith(System.lineSeparator());
        assertThat(err.toString())
                .matches(
                        "(?s)20 tokens, the first after \\d+\\.\\d\\d s, then \\d+\\.\\d a second; \\d+ passes for them, \\d+ saved \\(\\d+ of \\d+ drafted tokens accepted\\)\\R");
    }

    @Test
    void whoDraftsDoesNotChangeTheText() {
        var plain = answer("--speculate", "none");
        assertThat(plain.path("text").stringValue()).isNotEmpty();
        assertThat(plain.path("finish").stringValue()).isEqualTo("length");
        assertThat(plain.path("speculation").path("passes").intValue()).isEqualTo(39);
        assertThat(plain.path("speculation").path("drafted").intValue()).isZero();
        for (var drafter : new String[] {"auto", "lookup", "suffix", "draft=" + MODEL, "draft=" + MODEL + ",slem"}) {
            var drafted = answer("--speculate", drafter, "--draft-tokens", "4");
            assertThat(drafted.path("text")).isEqualTo(plain.path("text"));
        }
        var itself =
                answer("--speculate", "draft=" + MODEL, "--draft-tokens", "4").path("speculation");
        assertThat(itself.path("accepted").intValue())
                .isEqualTo(itself.path("drafted").intValue())
                .isPositive();
        assertThat(itself.path("saved_passes").intValue()).isPositive();
        assertThat(itself.path("accepted_at").size()).isEqualTo(4);
    }

    @Test
    void howADraftModelFitsIsSaid() {
        assertThat(draft("draft=" + MODEL)).isEqualTo("{\"method\":\"same_vocabulary\",\"coverage\":1.0}");
        assertThat(draft("draft=" + MODEL + ",slem")).isEqualTo("{\"method\":\"slem\",\"coverage\":1.0}");
        assertThat(draft("auto")).isEmpty();
    }

    private String draft(String drafter) {
        assertThat(run("generate", "a", "--model", MODEL, "--max-tokens", "3", "--json", "--speculate", drafter))
                .as(err.toString())
                .isZero();
        return JsonMapper.shared().readTree(out.toString()).path("draft").toString();
    }

    @Test
    void probabilitiesAndConstraints() throws IOException {
        var tokens = answer("--logprobs", "3").path("tokens");
        assertThat(tokens.size()).isEqualTo(40);
        assertThat(tokens.path(0).path("likely").size()).isEqualTo(3);
        assertThat(tokens.path(0).path("logprob").doubleValue()).isNegative();
        assertThat(answer("--choice", "yes", "--choice", "no").path("text").stringValue())
                .isIn("yes", "no");
        var schema = Files.writeString(folder.resolve("schema.json"), "{\"type\":\"boolean\"}");
        assertThat(answer("--schema", schema.toString())
                        .path("text")
                        .stringValue()
                        .strip())
                .isIn("true", "false");
    }

    @Test
    void whatIsWrongIsSaid() {
        wrong("suffice: model nowhere:", "--model", "nowhere");
        wrong("suffice: 17 draft tokens: must be between 1 and 16", "--draft-tokens", "17");
        wrong(
                "suffice: draft tokens x: must be auto, none, heuristic, confidence, disco=FILE, or a number",
                "--draft-tokens",
                "x");
        wrong(
                "suffice: speculate x: must be auto, none, lookup, suffix, self, exit, or draft= and a model",
                "--speculate",
                "x");
        wrong("suffice: speculate exit: there is no exit head for this model; train one", "--speculate", "exit");
        wrong(
                "suffice: agreement 0.98: only an exit head was calibrated for that; add --speculate exit",
                "--agreement",
                "0.98");
        wrong(
                "suffice: agreement 0.98: only an exit head was calibrated for that; add --speculate exit",
                "--agreement",
                "0.98",
                "--speculate",
                "self");
        wrong("suffice: temperature -1.0: must be between 0 and 100", "--temperature", "-1");
        wrong("suffice: max tokens 0: must be at least 1", "--max-tokens", "0");
        wrong("suffice: context of 100000 tokens: must be between 1 and 512", "--context", "100000");
        wrong("suffice: --schema, --regex, --choice: only one of them", "--regex", "a", "--choice", "b");
    }

    private void wrong(String message, String... options) {
        var arguments = new ArrayList<>(List.of("generate", "x"));
        if (!options[0].equals("--model")) {
            arguments.addAll(List.of("--model", MODEL));
        }
        arguments.addAll(List.of(options));
        assertThat(run(arguments.toArray(String[]::new))).isEqualTo(2);
        assertThat(err.toString()).startsWith(message);
    }

    @Test
    void aFullContextEndsTheAnswerOrSlides() {
        var ended = answer("--context", "44");
        assertThat(ended.path("finish").stringValue()).isEqualTo("context");
        assertThat(ended.path("speculation").path("dropped_tokens").intValue()).isZero();
        var slid = answer("--context", "44", "--overflow", "slide");
        assertThat(slid.path("finish").stringValue()).isEqualTo("length");
        assertThat(slid.path("speculation").path("tokens").intValue()).isEqualTo(40);
        assertThat(slid.path("speculation").path("dropped_tokens").intValue()).isPositive();
        assertThat(slid.path("text").stringValue())
                .startsWith(ended.path("text").stringValue().substring(0, 5));
        var raw = answer("--context", "44", "--overflow", "slide", "--raw");
        assertThat(raw.path("finish").stringValue()).isEqualTo("length");
        wrong("suffice: overflow x: must be stop or slide", "--overflow", "x");
    }

    @Test
    void aConversationThatOutgrowsTheContextLosesItsOldestTurns() {
        var lines = "How are you on this day?\nAnd what is new?\nReally?\nIs it?\nAnd then?\n";
        converse(lines, "--context", "120", "--max-tokens", "8", "--system", "Be kind.", "--overflow", "slide");
        assertThat(err.toString())
                .containsPattern(
                        "\\(the conversation no longer fits into the context of 120 tokens: the model does not know its [1-4] oldest turns any more\\)");
    }

    private void converse(String lines, String... options) {
        var arguments = new ArrayList<>(List.of("chat", "--model", MODEL));
        arguments.addAll(List.of(options));
        var before = System.in;
        System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(run(arguments.toArray(String[]::new))).as(err.toString()).isZero();
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aConversationGoesOnUntilItsInputEnds() {
        converse(
                "Hi!\n\nAnd you?\n/new\nHi!\n/quit\nnever\n", "--max-tokens", "5", "--stats", "--draft-tokens", "none");
        var lines = err.toString()
                .lines()
                .filter(line -> line.contains("tokens, the first after"))
                .toList();
        assertThat(lines).hasSize(3);
        assertThat(out.toString().lines().count()).isGreaterThanOrEqualTo(3);
    }
}
