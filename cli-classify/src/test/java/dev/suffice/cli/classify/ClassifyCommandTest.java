package dev.suffice.cli.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code suffice classify} with the classifier that comes with the project. */
class ClassifyCommandTest {
    @TempDir
    Path folder;

    private record Ran(int code, String out, String err) {}

    private static Ran classify(String... options) {
        var arguments = new String[options.length + 1];
        arguments[0] = "classify";
        System.arraycopy(options, 0, arguments, 1, options.length);
        var out = new StringWriter();
        var err = new StringWriter();
        int code = Main.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments);
        return new Ran(code, out.toString(), err.toString().strip());
    }

    @Test
    void easyTextsLeaveEarly() {
        var ran = classify("what a delightful film", "a waste of two hours", "--json");
        assertThat(ran.code()).as(ran.err()).isZero();
        var report = JsonMapper.shared().readTree(ran.out());
        assertThat(report.path("answers").path(0).path("label").asString()).isEqualTo("positive");
        assertThat(report.path("answers").path(1).path("label").asString()).isEqualTo("negative");
        for (var answer : report.path("answers")) {
            assertThat(answer.path("layer").intValue()).isBetween(1, 11);
            assertThat(answer.path("layers").intValue()).isEqualTo(12);
            assertThat(answer.path("layers_saved").intValue())
                    .isEqualTo(12 - answer.path("layer").intValue());
            assertThat(answer.path("saved").doubleValue()).isBetween(0.05, 0.95);
        }
        assertThat(report.path("calibration").path("never").booleanValue()).isFalse();
        assertThat(report.path("calibration").path("loss").asString()).isEqualTo("accuracy");
        assertThat(report.path("compute").path("saved").doubleValue()).isBetween(0.05, 0.95);
    }

    @Test
    void theWholeModelAgreesAndSavesNothing() {
        var ran = classify("what a delightful film", "--exit", "none");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).startsWith("positive").contains("layer 12 of 12  what a delightful film");
        assertThat(ran.err()).contains("1 text in").contains("0% of the computation saved");
    }

    @Test
    void autoComputesInInt8AndTheWholeModelDoesNot() {
        assertThat(precision("what a delightful film")).isEqualTo("int8");
        assertThat(precision("what a delightful film", "--precision", "float32"))
                .isEqualTo("float32");
        assertThat(precision("what a delightful film", "--exit", "none")).isEqualTo("float32");
        assertThat(precision("what a delightful film", "--exit", "none", "--precision", "int8"))
                .isEqualTo("int8");
        assertThat(classify("x", "--precision", "int4").err()).contains("precision int4: must be float32 or int8");
        var text = classify("what a delightful film", "--exit", "none", "--precision", "int8");
        assertThat(text.out()).startsWith("positive").contains("layer 12 of 12");
        assertThat(text.err()).contains("s in int8, 12.0 of 12 layers");
    }

    private static String precision(String... options) {
        var arguments = new String[options.length + 1];
        System.arraycopy(options, 0, arguments, 0, options.length);
        arguments[options.length] = "--json";
        var ran = classify(arguments);
        assertThat(ran.code()).as(ran.err()).isZero();
        return JsonMapper.shared()
                .readTree(ran.out())
                .path("compute")
                .path("precision")
                .asString();
    }

    @Test
    void lessRiskIsSlower() {
        var text = "the plot is thin but the actors make up for it";
        int before = 13;
        for (var risk : new String[] {"0.001", "0.01", "0.1"}) {
            var report = JsonMapper.shared()
                    .readTree(classify(text, "--risk", risk, "--json").out());
            int layer = report.path("answers").path(0).path("layer").intValue();
            assertThat(layer).isLessThanOrEqualTo(before);
            before = layer;
        }
        var few = classify(text, "--risk", "0.0001");
        assertThat(few.out()).contains("layer 12 of 12");
        assertThat(few.err()).contains("are too few to promise");
    }

    @Test
    void textsComeFromAFileToo() throws IOException {
        var file = Files.writeString(folder.resolve("texts.txt"), "a moving story\n\nboring\n");
        var ran = classify("--file", file.toString(), "--batch", "1", "--exit", "patience:0.75");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out().lines()).hasSize(2);
        assertThat(ran.err()).contains("2 texts in");
    }

    /** A small encoder with random weights, of which it is said that it was trained on pairs. */
    private String pairModel() throws IOException {
        var goldens = Path.of("../models/src/test/resources/goldens");
        var made = Files.createDirectories(folder.resolve("pairs"));
        for (var file : List.of("config.json", "model.safetensors")) {
            Files.copy(goldens.resolve("encoders/bert").resolve(file), made.resolve(file));
        }
        Files.copy(goldens.resolve("encoders-pairs/bert/tokenizer.json"), made.resolve("tokenizer.json"));
        Files.writeString(made.resolve("classifier.json"), "{\"input\": \"pair\"}");
        return made.toString();
    }

    @Test
    void pairsAreArgumentsOrLines() throws IOException {
        var model = pairModel();
        var lines = Files.writeString(folder.resolve("pairs.tsv"), "w5 w6\tw7\n\nw8\tw9 w10\n");
        var ran = classify(
                "w8",
                "w5 w6",
                "--with",
                "w7",
                "--file",
                lines.toString(),
                "--model",
                model,
                "--exit",
                "none",
                "--json");
        assertThat(ran.code()).as(ran.err()).isZero();
        var answers = JsonMapper.shared().readTree(ran.out()).path("answers");
        assertThat(answers.valueStream().map(a -> a.path("text").asString()))
                .containsExactly("w8", "w5 w6", "w5 w6", "w8");
        assertThat(answers.valueStream().map(a -> a.path("text_pair").asString()))
                .containsExactly("w7", "w7", "w7", "w9 w10");
        assertThat(answers.path(1).path("probability").doubleValue())
                .isEqualTo(answers.path(2).path("probability").doubleValue(), within(1e-5));
        assertThat(answers.path(0).path("tokens_read").intValue()).isEqualTo(5);
        var shown = classify("w8", "w9", "--with", "w5", "--with", "w6", "--model", model, "--exit", "none");
        assertThat(shown.out()).contains("  w8 | w5\n").contains("  w9 | w6\n");
    }

    @Test
    void whatIsWrongWithPairsIsNamed() throws IOException {
        var model = pairModel();
        assertThat(classify("w8", "--model", model, "--exit", "none"))
                .isEqualTo(new Ran(
                        2,
                        "",
                        "suffice: text: is a single text: model %s was trained on pairs; give the second one too (--with)"
                                .formatted(model)));
        assertThat(classify("good", "--with", "bad"))
                .isEqualTo(
                        new Ran(
                                2,
                                "",
                                "suffice: text: is a pair of texts: model sentiment was trained on single ones; give one at a time"));
        assertThat(classify("a", "b", "c", "--with", "d", "--with", "e").err())
                .isEqualTo("suffice: with: 2 second texts for 3; give one for each, or one for all");
        assertThat(classify("--with", "d").err())
                .isEqualTo("suffice: with: there is no text that it belongs to; give the first one too");
        var lines =
                Files.writeString(folder.resolve("lines"), "w5\tw6\nw5 w6\n").toString();
        assertThat(classify("--with", "d", "--file", lines).err())
                .contains("in a file, a pair is a line with a tab between its texts");
        var refused = "suffice: file %s, line %d: must be two texts with a tab between; it has %s";
        assertThat(classify("--file", lines, "--model", model, "--exit", "none").err())
                .isEqualTo(refused.formatted(lines, 2, "no tab"));
        Files.writeString(Path.of(lines), "w5\tw6\tw7\n");
        assertThat(classify("--file", lines, "--model", model, "--exit", "none").err())
                .isEqualTo(refused.formatted(lines, 1, "2 tabs"));
        Files.writeString(Path.of(lines), "w5\t\n");
        assertThat(classify("--file", lines, "--model", model, "--exit", "none").err())
                .isEqualTo(refused.formatted(lines, 1, "nothing on one side of it"));
        Files.writeString(Path.of(lines), "good\tbad\n");
        assertThat(classify("--file", lines).code()).isZero();
        assertThat(classify("--file", lines, "--pairs").err()).contains("is a pair of texts: model sentiment");
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        assertThat(classify()).isEqualTo(new Ran(2, "", "suffice: no texts: give some, or a file of them with --file"));
        assertThat(classify("x", "--exit", "soon").err()).contains("exit soon: must be auto, none, layer:N");
        assertThat(classify("x", "--risk", "2").err()).contains("risk 2.0: must be above 0 and below 1");
        assertThat(classify("x", "--control", "hope").err()).contains("risk control hope: unknown");
        assertThat(classify("x", "--loss", "face").err()).contains("loss face: must be one of agreement, accuracy");
        assertThat(classify("x", "--model", "places").err()).contains("model places: is not a classifier of texts");
        assertThat(classify("x", "--model", "nothing").code()).isEqualTo(2);
        assertThat(classify("word ".repeat(600)).err())
                .contains("tokens: model sentiment takes 512")
                .contains("--truncate");
        assertThat(classify("word ".repeat(600), "--truncate").code()).isZero();
        var binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xC3, 0x28});
        assertThat(classify("--file", binary.toString()).err()).contains("is not UTF-8 text");
        assertThat(classify("--file", folder.resolve("none").toString()).code()).isEqualTo(2);
    }
}
