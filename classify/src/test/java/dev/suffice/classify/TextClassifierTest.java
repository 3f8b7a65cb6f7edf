package dev.suffice.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.classify.exit.ExitCriteria;
import dev.suffice.classify.exit.ExitCriterion;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.classify.exit.HeadOutput;
import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.ProcessMemory;
import dev.suffice.core.Progress;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class TextClassifierTest {
    @TempDir
    Path folder;

    private TextClassifier tiny(String golden) throws IOException {
        return TinyClassifier.open(TinyClassifier.folder(folder.resolve(golden), golden, true));
    }

    /** The obvious way: all heads are asked, then it is looked up where each text would have left. */
    private static void compare(TextClassifier classifier, ExitCriterion criterion, double threshold, int batch) {
        var texts = TinyClassifier.texts(60, 7);
        var answers = classifier.classify(
                texts,
                new ClassifyOptions(new ExitPolicy.When(criterion, threshold), false, batch, Optional.empty()),
                Progress.silent(),
                new Cancellation());
        var outputs = classifier.outputs(texts, false, Precision.FLOAT32, Progress.silent(), new Cancellation());
        var layers = new HashSet<Integer>();
        for (int text = 0; text < texts.size(); text++) {
            var watch = criterion.watch();
            int head = 0;
            while (head < 2 && watch.sureness(outputs.get(text).get(head)) < threshold) {
                head++;
            }
            var answer = answers.get(text);
            assertThat(answer.layer()).as("text %d", text).isEqualTo(head + 1);
            layers.add(answer.layer());
            var expected = outputs.get(text).get(head);
            switch (answer.answer()) {
                case Answer.Label label ->
                    assertThat(label.probabilities().getFirst()).isCloseTo(expected.probabilities(0)[0], within(1e-5));
                case Answer.Value(double value) -> assertThat(value).isCloseTo(expected.score(0, 0), within(1e-5));
                case Answer.Tokens(var tokens) -> {
                    assertThat(tokens).hasSize(answer.tokens() - 2);
                    var labels = classifier.folder().card().labels();
                    for (int i = 0; i < tokens.size(); i++) {
                        assertThat(tokens.get(i).label()).isEqualTo(labels.get(expected.answers()[i + 1]));
                    }
                }
            }
        }
        assertThat(layers).as("some leave early and some do not").hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 60})
    void textsLeaveWhereTheyWouldByThemselves(int batch) throws IOException {
        try (var classifier = tiny("bert")) {
            compare(classifier, ExitCriteria.named("probability"), 0.6, batch);
            compare(classifier, ExitCriteria.named("entropy"), 0.2, batch);
            compare(classifier, ExitCriteria.named("gap"), 0.4, batch);
            compare(classifier, ExitCriteria.named("patience"), 2 / 3.0, batch);
            compare(classifier, ExitCriteria.named("confidence"), 0.6, batch);
        }
    }

    @Test
    void numbersLeaveWhenTheyStayTheSame() throws IOException {
        try (var classifier = tiny("bert-regression")) {
            var outputs = classifier.outputs(
                    TinyClassifier.texts(60, 7), false, Precision.FLOAT32, Progress.silent(), new Cancellation());
            var changes = outputs.stream()
                    .mapToDouble(heads ->
                            Math.abs(heads.get(1).score(0, 0) - heads.get(0).score(0, 0)))
                    .sorted()
                    .toArray();
            compare(classifier, ExitCriteria.named("stability"), 1 / (1 + (changes[29] + changes[30]) / 2), 8);
            assertThatThrownBy(() -> classifier.classify(
                            "w5", ClassifyOptions.of(new ExitPolicy.When(ExitCriteria.named("gap"), 0.5))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("exit criterion gap: says nothing of answers of the kind number");
        }
    }

    @Test
    void tokensLeaveTogetherWhenTheLeastSureIsSure() throws IOException {
        try (var classifier = tiny("bert-tokens")) {
            compare(classifier, ExitCriteria.named("probability"), 0.3, 8);
        }
    }

    @Test
    void otherFamiliesLeaveEarlyToo() throws IOException {
        for (var golden : List.of("roberta", "electra", "distilbert")) {
            try (var classifier = tiny(golden)) {
                compare(classifier, ExitCriteria.named("probability"), 0.7, 8);
            }
        }
    }

    private Path pairs(String golden) throws IOException {
        var made = TinyClassifier.folder(folder.resolve(golden), golden, false);
        Files.copy(
                TinyClassifier.PAIRS.resolve(golden).resolve("tokenizer.json"),
                made.resolve("tokenizer.json"),
                StandardCopyOption.REPLACE_EXISTING);
        return made;
    }

    /** Scores that transformers gives whole pairs, and such as are cut off; together, padded, and alone. */
    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta"})
    void pairsHaveTheScoresOfTransformers(String golden) throws IOException {
        var recorded = JsonMapper.shared()
                .readTree(TinyClassifier.PAIRS
                        .resolve(golden)
                        .resolve("expected.json")
                        .toFile());
        try (var classifier = TinyClassifier.open(pairs(golden))) {
            var cases = recorded.path("cases")
                    .valueStream()
                    .filter(one -> one.path("room").intValue() == classifier.maxTokens())
                    .toList();
            assertThat(cases).hasSize(7);
            var inputs = cases.stream()
                    .map(one -> TextInput.of(
                            one.path("texts").path(0).asString(),
                            one.path("texts").path(1).asString()))
                    .toList();
            var together = scores(classifier, inputs);
            for (int i = 0; i < inputs.size(); i++) {
                var alone = scores(classifier, List.of(inputs.get(i))).getFirst();
                var expected = cases.get(i).path("scores");
                for (int label = 0; label < expected.size(); label++) {
                    float score = expected.path(label).floatValue();
                    assertThat(alone.score(0, label)).isCloseTo(score, within(2e-4f));
                    assertThat(together.get(i).score(0, label)).isCloseTo(score, within(2e-4f));
                }
            }
            // Which text is which counts.
            var turned = TextInput.of(
                    inputs.getFirst().pair().orElseThrow(), inputs.getFirst().text());
            assertThat(scores(classifier, List.of(turned)).getFirst().score(0, 0))
                    .isNotCloseTo(together.getFirst().score(0, 0), within(1e-3f));
        }
    }

    private static List<HeadOutput> scores(TextClassifier classifier, List<TextInput> inputs) {
        return classifier.outputs(inputs, true, Precision.FLOAT32, Progress.silent(), new Cancellation()).stream()
                .map(List::getLast)
                .toList();
    }

    @Test
    void modelsKnowWhetherTheyReadPairs() throws IOException {
        var made = pairs("bert");
        var never = ClassifyOptions.of(new ExitPolicy.Never());
        try (var classifier = TinyClassifier.open(made)) {
            assertThat(classifier.folder().card().input()).isEqualTo(InputKind.ANY);
            classifier.classify("w5", never);
            classifier.classify(TextInput.of("w5", "w6"), never);
            assertThatThrownBy(() -> classifier.classify(TextInput.of("w5", " "), never))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("text: the second text is empty");
            var longText = TextInput.of("w5 ".repeat(30), "w6");
            assertThatThrownBy(() -> classifier.classify(longText, never))
                    .hasMessage(
                            "text: 34 tokens: model tiny takes 24; shorten it, or have its end cut off (--truncate)");
        }
        Files.writeString(made.resolve(ClassifierCard.FILE), "{\"input\": \"pair\"}");
        try (var classifier = TinyClassifier.open(made)) {
            classifier.classify(TextInput.of("w5", "w6"), never);
            assertThatThrownBy(() -> classifier.classify("w5", never))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            "text: is a single text: model tiny was trained on pairs; give the second one too (--with)");
            classifier.folder().card().write(made);
        }
        assertThat(ClassifierCard.read(made, Config.read(made.resolve("config.json")))
                        .input())
                .isEqualTo(InputKind.PAIR);
        Files.writeString(made.resolve(ClassifierCard.FILE), "{}");
        try (var classifier = TinyClassifier.open(made)) {
            var given = List.of(TextInput.of("w5"), TextInput.of("w5", "w6"));
            assertThatThrownBy(() -> classifier.classify(given, never, Progress.silent(), new Cancellation()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            "text 2: is a pair of texts: model tiny was trained on single ones; give one at a time");
        }
        Files.writeString(made.resolve(ClassifierCard.FILE), "{\"input\": \"three\"}");
        assertThatThrownBy(() -> TinyClassifier.open(made))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("input three: must be one of single, pair, any");
    }

    /** A tokenizer of two types of tokens for an encoder that knows one: its texts are told apart by what is between them only. */
    @Test
    void encodersWithoutTypesTakeNone() throws IOException {
        var made = pairs("roberta");
        var tokenizer =
                Files.readString(TinyClassifier.PAIRS.resolve("template").resolve("tokenizer.json"));
        Files.writeString(made.resolve("tokenizer.json"), tokenizer);
        var input = List.of(TextInput.of("w9 w8", "w7"));
        float typed;
        try (var classifier = TinyClassifier.open(made)) {
            typed = scores(classifier, input).getFirst().score(0, 0);
        }
        Files.writeString(made.resolve("tokenizer.json"), withTypes(tokenizer, 0));
        try (var classifier = TinyClassifier.open(made)) {
            assertThat(scores(classifier, input).getFirst().score(0, 0)).isEqualTo(typed);
        }
        var bert = pairs("bert");
        Files.writeString(bert.resolve("tokenizer.json"), withTypes(tokenizer, 2));
        try (var classifier = TinyClassifier.open(bert)) {
            assertThatThrownBy(() -> scores(classifier, input))
                    .isInstanceOf(ModelException.class)
                    .hasMessage("model tiny: its tokenizer gives tokens the type 2: the encoder knows 0 to 1");
        }
    }

    /** With another type for the second text. */
    private static String withTypes(String tokenizer, int type) {
        var other = tokenizer.replaceAll("\"type_id\":\\s*1", "\"type_id\": " + type);
        assertThat(other).isNotEqualTo(tokenizer);
        return other;
    }

    @Test
    void neverIsTheLastHeadAndALayerIsThatOfAll() throws IOException {
        try (var classifier = tiny("bert")) {
            var texts = TinyClassifier.texts(9, 3);
            var outputs = classifier.outputs(texts, false, Precision.FLOAT32, Progress.silent(), new Cancellation());
            for (int layer = 1; layer <= 3; layer++) {
                var policy = layer == 3 ? new ExitPolicy.Never() : new ExitPolicy.AtLayer(layer);
                var answers =
                        classifier.classify(texts, ClassifyOptions.of(policy), Progress.silent(), new Cancellation());
                for (int text = 0; text < texts.size(); text++) {
                    assertThat(answers.get(text).layer()).isEqualTo(layer);
                    var label = (Answer.Label) answers.get(text).answer();
                    var expected = outputs.get(text).get(layer - 1).probabilities(0);
                    assertThat(label.probabilities().getLast()).isCloseTo(expected[2], within(1e-5));
                }
            }
        }
    }

    @Test
    void whatRanIsCounted() throws IOException {
        try (var classifier = tiny("bert")) {
            var whole = classifier.classify("w5 w6", ClassifyOptions.of(new ExitPolicy.Never()));
            var first = classifier.classify("w5 w6", ClassifyOptions.of(new ExitPolicy.AtLayer(1)));
            // Four tokens; a layer multiplies each with 4 x 32 x 32 and 2 x 32 x 48 weights, and with 2 x 4 x 32 of the
            // attention.
            long layer = 2 * 4 * (4 * 32 * 32 + 2 * 32 * 48 + 2 * 4 * 32);
            assertThat(whole.fullFlops()).isEqualTo(3 * layer + 2 * 32 * (32 + 3));
            assertThat(whole.flops()).isEqualTo(whole.fullFlops());
            assertThat(first.flops()).isEqualTo(layer + 2 * 8 * (32 + 3));
            assertThat(first.saved()).isCloseTo(2 / 3.0, within(0.02));
            assertThat(first.tokens()).isEqualTo(4);
        }
    }

    @Test
    void badTextsAreNamed() throws IOException {
        try (var classifier = tiny("bert")) {
            var never = ClassifyOptions.of(new ExitPolicy.Never());
            assertThatThrownBy(() -> classifier.classify(" ", never))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("text: is empty");
            assertThatThrownBy(() -> classifier.classify(
                            TextInput.all(List.of("w5", "")), never, Progress.silent(), new Cancellation()))
                    .hasMessage("text 2: is empty");
            var longText = "w5 ".repeat(30);
            assertThatThrownBy(() -> classifier.classify(longText, never))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            "text: 32 tokens: model tiny takes 24; shorten it, or have its end cut off (--truncate)");
            var cut = classifier.classify(
                    longText, new ClassifyOptions(new ExitPolicy.Never(), true, 1, Optional.empty()));
            assertThat(cut.truncated()).isTrue();
            assertThat(cut.tokens()).isEqualTo(24);
        }
    }

    @Test
    void badPoliciesAreNamed() throws IOException {
        try (var classifier = tiny("bert")) {
            assertThatThrownBy(() -> classifier.classify("w5", ClassifyOptions.of(new ExitPolicy.AtLayer(7))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("exit layer:7: model tiny has heads after layers [1, 2, 3]");
            assertThatThrownBy(() -> classifier.classify("w5", ClassifyOptions.of(ExitPolicy.Auto.DEFAULT)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("has no calibration");
        }
        try (var classifier = TinyClassifier.open(TinyClassifier.folder(folder.resolve("none"), "bert", false))) {
            assertThat(classifier
                            .classify("w5 w9", ClassifyOptions.of(new ExitPolicy.Never()))
                            .layer())
                    .isEqualTo(3);
            assertThatThrownBy(() -> classifier.classify("w5", ClassifyOptions.of(new ExitPolicy.AtLayer(1))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("model tiny: has no exits: use --exit none, or train them with ./suffice train exits");
        }
        for (var wrong : List.of("layer:x", "probability:", "0,5", "entropy:2", "luck:0.5")) {
            assertThatThrownBy(() -> ExitPolicy.parse(wrong, ExitPolicy.Auto.DEFAULT))
                    .as(wrong)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining(wrong.substring(0, 3));
        }
    }

    @Test
    void badFoldersAreNamed() throws IOException {
        var made = TinyClassifier.folder(folder.resolve("made"), "bert", true);
        Files.writeString(made.resolve(ClassifierCard.FILE), "{\"exits\": [1, 3]}");
        assertThatThrownBy(() -> TinyClassifier.open(made))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("exit after layer 3: the model has 3 layers");
        Files.writeString(made.resolve(ClassifierCard.FILE), "{\"exits\": [2, 1]}");
        assertThatThrownBy(() -> TinyClassifier.open(made)).hasMessageContaining("layers in rising order");
        Files.writeString(made.resolve(ClassifierCard.FILE), "{\"exits\": [1], \"criterion\": \"luck\"}");
        assertThatThrownBy(() -> TinyClassifier.open(made)).hasMessageContaining("exit criterion luck: must be one of");
        Files.delete(made.resolve(ClassifierFolder.EXITS));
        Files.writeString(made.resolve(ClassifierCard.FILE), "{\"exits\": [1]}");
        assertThatThrownBy(() -> TinyClassifier.open(made)).hasMessageContaining("exits.safetensors: no such file");
        Files.delete(made.resolve("model.safetensors"));
        assertThatThrownBy(() -> TinyClassifier.open(made))
                .hasMessageContaining("no weights: expected model.safetensors, or adapter_config.json");
    }

    @Test
    void aRunCanBeCancelled() throws IOException {
        try (var classifier = tiny("bert")) {
            var cancelled = new Cancellation();
            cancelled.cancel();
            assertThatThrownBy(() -> classifier.classify(
                            TextInput.all(List.of("w5", "w6")),
                            ClassifyOptions.of(new ExitPolicy.Never()),
                            Progress.silent(),
                            cancelled))
                    .isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void memoryDoesNotGrow() throws IOException {
        try (var classifier = tiny("bert")) {
            var texts = TinyClassifier.texts(16, 5);
            var options = ClassifyOptions.of(new ExitPolicy.When(ExitCriteria.named("probability"), 0.6));
            // The heap and the compiler still grow while it warms up; a leak grows in every round, by 90 MB if the
            // states of each run stayed.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 4; round++) {
                long before = outsideTheHeap();
                for (int i = 0; i < 1000; i++) {
                    classifier.classify(texts, options, Progress.silent(), new Cancellation());
                }
                least = Math.min(least, outsideTheHeap() - before);
            }
            assertThat(least).isLessThan(30 << 20);
        }
    }

    private static long outsideTheHeap() {
        return ProcessMemory.anonymous().orElse(0) - Runtime.getRuntime().totalMemory();
    }
}
