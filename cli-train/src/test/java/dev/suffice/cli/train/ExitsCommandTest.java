package dev.suffice.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.classify.Answer;
import dev.suffice.classify.ClassifyOptions;
import dev.suffice.classify.InputKind;
import dev.suffice.classify.Precision;
import dev.suffice.classify.TextClassifier;
import dev.suffice.classify.TextInput;
import dev.suffice.classify.exit.ExitCriteria;
import dev.suffice.classify.exit.ExitLoss;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.cli.Main;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code suffice train exits} on a small encoder and texts that are good if the word w7 is among them. */
class ExitsCommandTest {
    private static final Path ENCODER = Path.of("../models/src/test/resources/goldens/encoders/bert");

    @TempDir
    Path folder;

    private record Ran(int code, String out, String err) {}

    private static Ran run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = Main.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments);
        return new Ran(code, out.toString(), err.toString().strip());
    }

    @BeforeEach
    void base() throws IOException {
        var base = Files.createDirectories(folder.resolve("base"));
        Files.copy(ENCODER.resolve("config.json"), base.resolve("config.json"));
        Files.copy(ENCODER.resolve("model.safetensors"), base.resolve("model.safetensors"));
        var special = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "w4");
        var words = IntStream.range(0, 60)
                .mapToObj(id -> "\"%s\": %d".formatted(id < 5 ? special.get(id) : "w" + id, id))
                .collect(Collectors.joining(", "));
        Files.writeString(base.resolve("tokenizer.json"), """
                {"version": "1.0", "truncation": null, "padding": null, "normalizer": null, "decoder": null, "added_tokens": [
                  {"id": 2, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
                  {"id": 3, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
                 "pre_tokenizer": {"type": "WhitespaceSplit"},
                 "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
                 "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {%s}}}
                """.formatted(words));
    }

    private Path texts(String name, int count, long seed) throws IOException {
        var random = new Random(seed);
        var lines = new ArrayList<>(List.of("sentence\tlabel"));
        for (int i = 0; i < count; i++) {
            var words = IntStream.range(0, 4 + random.nextInt(5))
                    .mapToObj(_ -> "w" + (8 + random.nextInt(50)))
                    .collect(Collectors.toCollection(ArrayList::new));
            boolean good = random.nextBoolean();
            if (good) {
                words.set(random.nextInt(words.size()), "w7");
            }
            lines.add(String.join(" ", words) + "\t" + (good ? 1 : 0));
        }
        return Files.write(folder.resolve(name), lines);
    }

    private Ran train(Path data, String... more) {
        var arguments = new ArrayList<>(List.of(
                "train",
                "exits",
                "--data",
                data.toString(),
                "--base",
                folder.resolve("base").toString(),
                "--out",
                folder.resolve("made").toString(),
                "--labels",
                "bad,good",
                "--rate",
                "0.01"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    @Test
    void textsAndLabelsBecomeACalibratedClassifier() throws IOException {
        var ran = train(texts("some.tsv", 2400, 1), "--epochs", "6", "--hold-out", "0.3");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("Calibrated in float32 with")
                .containsPattern("Calibrated in int8 with [0-9]+ texts, of which it loses [0-9.]+% by itself")
                .contains("accuracy   0.050   ltt");
        try (var classifier = TextClassifier.open(
                folder.resolve("made"),
                "made",
                folder.resolve("cache"),
                _ -> Optional.of(folder.resolve("base")),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults().withThreads(1))) {
            for (var policy : List.of(
                    new ExitPolicy.Never(),
                    new ExitPolicy.When(ExitCriteria.named("probability"), 0.9),
                    ExitPolicy.Auto.DEFAULT)) {
                assertThat(classifier.precision(ClassifyOptions.of(policy)))
                        .isEqualTo(policy instanceof ExitPolicy.Auto ? Precision.INT8 : Precision.FLOAT32);
                assertThat(label(classifier, policy, "w9 w20 w7 w31 w40")).isEqualTo("good");
                assertThat(label(classifier, policy, "w9 w20 w8 w31 w40")).isEqualTo("bad");
            }
        }
        for (var file : List.of("int8.json", "calibration.safetensors", "calibration-int8.safetensors")) {
            assertThat(folder.resolve("made").resolve(file)).isRegularFile();
        }
        // Other texts can calibrate it again; those that it was trained with cannot.
        var again = run(
                "train",
                "exits",
                "--calibration",
                texts("other.tsv", 300, 2).toString(),
                "--out",
                folder.resolve("made").toString());
        assertThat(again.code()).as(again.err()).isZero();
        var same = run(
                "train",
                "exits",
                "--calibration",
                folder.resolve("some.tsv").toString(),
                "--out",
                folder.resolve("made").toString());
        assertThat(same.code()).isEqualTo(2);
        assertThat(same.err()).contains("texts were trained on, such as line").contains("take them out");
        var unseen = Files.writeString(folder.resolve("unseen.tsv"), "w9 w10 w11 w12\t2\nw9 w13\t1\n");
        var refused = run(
                "train",
                "exits",
                "--calibration",
                unseen.toString(),
                "--out",
                folder.resolve("made").toString());
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("unseen.tsv, line 1: label \"2\" was not trained; must be one of 0, 1");
    }

    private static String label(TextClassifier classifier, ExitPolicy policy, String text) {
        return ((Answer.Label)
                        classifier.classify(text, ClassifyOptions.of(policy)).answer())
                .label();
    }

    /** A pair is good if w7 is in its second text; it may be in the first one too, or there only. */
    private Path pairs(String name, String header, int count, long seed) throws IOException {
        var random = new Random(seed);
        var lines = new ArrayList<>(List.of(header));
        for (int i = 0; i < count; i++) {
            var texts = new ArrayList<String>();
            for (int text = 0; text < 2; text++) {
                var words = IntStream.range(0, 2 + random.nextInt(5))
                        .mapToObj(_ -> "w" + (8 + random.nextInt(50)))
                        .collect(Collectors.toCollection(ArrayList::new));
                if (random.nextBoolean()) {
                    words.set(random.nextInt(words.size()), "w7");
                }
                texts.add(String.join(" ", words));
            }
            boolean good = List.of(texts.getLast().split(" ")).contains("w7");
            lines.add("%s\t%s\t%d".formatted(texts.getFirst(), texts.getLast(), good ? 1 : 0));
        }
        return Files.write(folder.resolve(name), lines);
    }

    @Test
    void pairsBecomeAClassifierOfPairs() throws IOException {
        var ran = train(
                pairs("pairs.tsv", "question1\tquestion2\tis_duplicate", 2400, 1),
                "--epochs",
                "6",
                "--hold-out",
                "0.3");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("Calibrated in float32 with").contains("Calibrated in int8 with");
        try (var classifier = TextClassifier.open(
                folder.resolve("made"),
                "made",
                folder.resolve("cache"),
                _ -> Optional.of(folder.resolve("base")),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults().withThreads(1))) {
            assertThat(classifier.folder().card().input()).isEqualTo(InputKind.PAIR);
            for (var policy : List.of(
                    new ExitPolicy.Never(),
                    new ExitPolicy.When(ExitCriteria.named("probability"), 0.9),
                    ExitPolicy.Auto.DEFAULT)) {
                for (var precision : Precision.values()) {
                    var options = ClassifyOptions.of(policy).with(precision);
                    assertThat(label(classifier, options, "w9 w20 w31", "w40 w7"))
                            .isEqualTo("good");
                    assertThat(label(classifier, options, "w40 w7", "w9 w20 w31"))
                            .isEqualTo("bad");
                }
            }
        }
        // The pair is what was trained on, neither of its texts.
        var trained = Files.readAllLines(folder.resolve("pairs.tsv"));
        var same = Files.write(folder.resolve("same.tsv"), trained.subList(0, 200));
        assertThat(calibrateAgain(same).err())
                .contains("texts were trained on, such as line")
                .contains(" | ");
        var turned = trained.stream()
                .skip(1)
                .map(line -> line.split("\t"))
                .map(cells -> "%s\t%s\t%d"
                        .formatted(
                                cells[1], cells[0], List.of(cells[0].split(" ")).contains("w7") ? 1 : 0))
                .limit(200)
                .collect(Collectors.toCollection(ArrayList::new));
        turned.addFirst("text\ttext2\tlabel");
        var again = calibrateAgain(Files.write(folder.resolve("turned.tsv"), turned));
        assertThat(again.code()).as(again.err()).isZero();
        var single = texts("single.tsv", 50, 4);
        assertThat(calibrateAgain(single))
                .isEqualTo(new Ran(
                        2,
                        "",
                        "suffice: %s: has single texts, and %s was trained on pairs of texts; give such"
                                .formatted(single, folder.resolve("made"))));
    }

    /** As in STS-B: how much two texts say the same, 0 to 5. Here it is 5 if w7 is in the second one. */
    @Test
    void numbersOfPairsAreEstimated() throws IOException {
        var labelled = Files.readAllLines(pairs("pairs.tsv", "sentence1\tsentence2\tscore", 2400, 1)).stream()
                .map(line -> line.replaceAll("\t1$", "\t5.000"))
                .toList();
        var ran = train(
                Files.write(folder.resolve("numbers.tsv"), labelled),
                "--regression",
                "--confidences",
                "--epochs",
                "6",
                "--hold-out",
                "0.3");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("Criterion stability").contains("Calibrated in int8 with");
        var correlations = Pattern.compile("held out:.* 3: ([0-9.]+)%")
                .matcher(ran.err())
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .toArray();
        assertThat(correlations[correlations.length - 1]).as(ran.err()).isGreaterThan(80);
        try (var classifier = TextClassifier.open(
                folder.resolve("made"),
                "made",
                folder.resolve("cache"),
                _ -> Optional.of(folder.resolve("base")),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults().withThreads(1))) {
            assertThat(classifier.folder().card().range()).isEqualTo(5);
            assertThat(classifier.folder().card().input()).isEqualTo(InputKind.PAIR);
            for (var policy : List.of(
                    new ExitPolicy.Never(),
                    new ExitPolicy.When(ExitCriteria.named("confidence"), 0.9),
                    new ExitPolicy.When(ExitCriteria.named("stability"), 0.8),
                    ExitPolicy.Auto.DEFAULT)) {
                assertThat(value(classifier, policy, "w9 w20 w31", "w40 w7")).isGreaterThan(2.5);
                assertThat(value(classifier, policy, "w40 w7", "w9 w20 w31")).isLessThan(2.5);
            }
            var promise = new ExitPolicy.Auto(0.2, 0.9, ExitLoss.AGREEMENT, ExitPolicy.Auto.DEFAULT.control());
            assertThat(classifier.calibration(promise, Precision.FLOAT32).meanLayers())
                    .isLessThan(3);
        }
    }

    private static double value(TextClassifier classifier, ExitPolicy policy, String first, String second) {
        return ((Answer.Value) classifier
                        .classify(TextInput.of(first, second), ClassifyOptions.of(policy))
                        .answer())
                .value();
    }

    private Ran calibrateAgain(Path texts) {
        return run(
                "train",
                "exits",
                "--calibration",
                texts.toString(),
                "--out",
                folder.resolve("made").toString());
    }

    private static String label(TextClassifier classifier, ClassifyOptions options, String first, String second) {
        return ((Answer.Label) classifier
                        .classify(TextInput.of(first, second), options)
                        .answer())
                .label();
    }

    @Test
    void singleTextsDoNotCalibratePairs() throws IOException {
        var pairs = pairs("pairs.tsv", "a\tb\tc", 50, 1);
        var single = Files.writeString(folder.resolve("single.tsv"), "a\tc\nw9\t1\n");
        assertThat(train(
                                single,
                                "--columns",
                                "a,c",
                                "--calibration",
                                texts("text.tsv", 20, 3).toString())
                        .err())
                .contains("text.tsv, line 1: column a: missing; the first line has sentence, label");
        assertThat(train(pairs, "--columns", "a,b").err()).contains("labels [bad, good]: the data have ");
        var named = train(pairs, "--columns", "a,b,c", "--calibration", single.toString());
        assertThat(named.code()).isEqualTo(2);
        assertThat(named.err()).contains("single.tsv, line 1: column b: missing; the first line has a, c");
        var sentences = Files.writeString(folder.resolve("sentences.tsv"), "sentence1\tsentence2\tlabel\nw9\tw8\t1\n");
        var mixed = train(sentences, "--calibration", texts("text.tsv", 20, 3).toString());
        assertThat(mixed.err())
                .isEqualTo("suffice: %s: has single texts, and %s has pairs of texts; both must have the same"
                        .formatted(folder.resolve("text.tsv"), sentences));
    }

    /** Words are labelled by the place that they have in the list. */
    @Test
    void wordsWithLabelsBecomeAClassifierOfTokens() throws IOException {
        var random = new Random(3);
        var lines = new ArrayList<String>();
        for (int i = 0; i < 1200; i++) {
            var ids = IntStream.range(0, 4 + random.nextInt(5))
                    .map(_ -> random.nextInt(3) == 0 ? 5 + random.nextInt(4) : 9 + random.nextInt(51))
                    .toArray();
            lines.add("{\"tokens\": [%s], \"tags\": [%s]}"
                    .formatted(
                            IntStream.of(ids).mapToObj(id -> "\"w" + id + "\"").collect(Collectors.joining(", ")),
                            IntStream.of(ids)
                                    .mapToObj(id -> '"' + tag(id) + '"')
                                    .collect(Collectors.joining(", "))));
        }
        var data = Files.write(folder.resolve("words.jsonl"), lines);
        var ran = run(
                "train",
                "exits",
                "--data",
                data.toString(),
                "--base",
                folder.resolve("base").toString(),
                "--out",
                folder.resolve("made").toString(),
                "--rate",
                "0.01",
                "--epochs",
                "4",
                "--hold-out",
                "0.3");
        assertThat(ran.code()).as(ran.err()).isZero();
        try (var classifier = TextClassifier.open(
                folder.resolve("made"),
                "made",
                folder.resolve("cache"),
                _ -> Optional.of(folder.resolve("base")),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults().withThreads(1))) {
            var words = IntStream.of(8, 9, 10, 33, 12, 50);
            var answer = classifier.classify("w8 w9 w10 w33 w12 w50", ClassifyOptions.of(new ExitPolicy.Never()));
            assertThat(((Answer.Tokens) answer.answer()).tokens())
                    .extracting(Answer.TokenLabel::label)
                    .containsExactlyElementsOf(
                            words.mapToObj(ExitsCommandTest::tag).toList());
        }
        var mixed = run(
                "train",
                "exits",
                "--calibration",
                Files.writeString(folder.resolve("text.tsv"), "w9 w10\thigh\nw8 w9\tlow\n")
                        .toString(),
                "--out",
                folder.resolve("made").toString());
        assertThat(mixed.code()).isEqualTo(2);
        assertThat(mixed.err()).contains("text.tsv, line 1: must be words with a label each");
    }

    private static String tag(int id) {
        return id < 9 ? "low" : "high";
    }

    @Test
    void whatCannotBeLearnedIsNamed() throws IOException {
        var one = Files.writeString(folder.resolve("one.tsv"), "w5\t1\nw6\t1\nw9\t1\n");
        var calibration = texts("calibration.tsv", 20, 3).toString();
        assertThat(train(one, "--calibration", calibration).err())
                .contains("label: only \"1\" occurs; classification needs two");
        var data = texts("data.tsv", 40, 4);
        assertThat(train(data, "--calibration", data.toString()).err()).contains("texts were trained on");
        assertThat(train(data, "--labels", "a,b,c").err()).contains("the data have 2: [0, 1]");
        assertThat(train(data, "--tune", "some").err()).contains("tune some: must be lora or full");
        assertThat(train(data, "--method", "magic").err())
                .contains("method magic: must be distilled, joint or two_stage");
        assertThat(train(data, "--exits", "1,3").err()).contains("the model has 3 layers");
        assertThat(train(folder.resolve("none.tsv")).code()).isEqualTo(2);
        assertThat(run("train", "exits", "--out", folder.resolve("made").toString())
                        .err())
                .contains("no data: give texts to learn with --data");
        assertThat(folder.resolve("made")).doesNotExist();
    }
}
