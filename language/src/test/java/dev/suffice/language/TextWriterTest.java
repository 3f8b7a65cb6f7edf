package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.chat.ChatMessage;
import dev.suffice.language.constrain.Constraint;
import dev.suffice.language.constrain.Whitespace;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.PromptLookup;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.language.speculate.SuffixDrafter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextWriterTest {
    @TempDir
    private static Path cache;

    private static LanguageModel model;

    @BeforeAll
    static void open() {
        model = open("qwen2", OptionalInt.of(400));
    }

    private static LanguageModel open(String name, OptionalInt context) {
        return LanguageModel.open(
                TestModels.folder().resolve(name),
                name,
                cache,
                context,
                Engines.named("onnxruntime"),
                SessionOptions.defaults().withThreads(1));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static TextWriter writer(SpeculationPolicy policy) {
        return new TextWriter(model, List.of(new SuffixDrafter(), new PromptLookup()), policy);
    }

    private static TextRequest request(int tokens, List<String> stops, int alternatives, TokenRule rule) {
        return new TextRequest(
                model.prompt("The quick brown fox"),
                tokens,
                SamplingOptions.greedy(),
                3,
                1,
                stops,
                alternatives,
                rule,
                Overflow.STOP);
    }

    private static TextAnswer write(SpeculationPolicy policy, TextRequest request) {
        try (var text = model.session().text()) {
            return writer(policy)
                    .write(text, request, new Cancellation(), _ -> {})
                    .getFirst();
        }
    }

    @Test
    void piecesAreTheText() {
        var pieces = new StringBuilder();
        try (var text = model.session().text()) {
            var answer = writer(new SpeculationPolicy.Auto())
                    .write(text, request(40, List.of(), 0, TokenRule.NONE), new Cancellation(), pieces::append)
                    .getFirst();
            assertThat(pieces.toString()).isEqualTo(answer.text());
            assertThat(answer.text())
                    .isEqualTo(model.tokenizer().decode(answer.generation().tokens(), true));
        }
    }

    @Test
    void aStopTextEndsTheAnswerBeforeIt() {
        var whole = write(new SpeculationPolicy.None(), request(60, List.of(), 0, TokenRule.NONE))
                .text();
        var stop = whole.substring(20, 23);
        for (var policy : List.of(new SpeculationPolicy.None(), new SpeculationPolicy.Fixed(6))) {
            var stopped = write(policy, request(60, List.of(stop), 0, TokenRule.NONE));
            assertThat(stopped.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
            assertThat(stopped.stopped()).isTrue();
        }
    }

    @Test
    void likelyTokensAreThoseOfTheModel() {
        for (var policy : List.of(new SpeculationPolicy.None(), new SpeculationPolicy.Fixed(4))) {
            var answer = write(policy, request(20, List.of(), 20, TokenRule.NONE));
            assertThat(answer.tokens()).hasSize(20);
            for (var token : answer.tokens()) {
                assertThat(token.likely().getFirst().token()).isEqualTo(token.token());
                assertThat(token.likely().getFirst().logProbability()).isEqualTo(token.logProbability());
                double sum = token.likely().stream()
                        .mapToDouble(likely -> Math.exp(likely.logProbability()))
                        .sum();
                assertThat(sum).isBetween(0.0, 1 + 1e-6);
            }
        }
    }

    @Test
    void constraintsHoldWhateverIsDrafted() {
        var schema = Constraint.schema(
                "{\"type\":\"object\",\"properties\":{\"name\":{\"enum\":[\"fox\",\"dog\"]},\"legs\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":9}},\"required\":[\"name\",\"legs\"]}",
                Whitespace.COMPACT);
        var plain = write(new SpeculationPolicy.None(), request(200, List.of(), 0, model.rule(schema)));
        assertThat(plain.text()).matches("\\{\"name\":\"(fox|dog)\",\"legs\":[0-9]\\}");
        assertThat(plain.generation().finish()).isEqualTo(Generation.Finish.END);
        var speculated = write(new SpeculationPolicy.Fixed(5), request(200, List.of(), 0, model.rule(schema)));
        assertThat(speculated.text()).isEqualTo(plain.text());
        var choice = write(
                new SpeculationPolicy.Auto(),
                request(50, List.of(), 0, model.rule(Constraint.choices(List.of("yes", "no")))));
        assertThat(choice.text()).isIn("yes", "no");
    }

    @Test
    void severalAnswersHaveSeedsThatFollowEachOther() {
        var options = SamplingOptions.withTemperature(1.5);
        var prompt = model.prompt("def main");
        try (var text = model.session().text()) {
            var writer = writer(new SpeculationPolicy.None());
            var three = writer.write(
                    text,
                    new TextRequest(prompt, 12, options, 5, 3, List.of(), 0, TokenRule.NONE, Overflow.STOP),
                    new Cancellation(),
                    _ -> {});
            var second = writer.write(
                    text,
                    new TextRequest(prompt, 12, options, 6, 1, List.of(), 0, TokenRule.NONE, Overflow.STOP),
                    new Cancellation(),
                    _ -> {});
            assertThat(three).hasSize(3);
            assertThat(three.get(1).text()).isEqualTo(second.getFirst().text());
            assertThat(three.get(0).text()).isNotEqualTo(three.get(1).text());
        }
    }

    @Test
    void aModelThatDraftsForItselfIsAlwaysRight() {
        List<Drafter> drafters =
                List.of(new ModelDrafter(model.session(), model.session().vocabulary()));
        var request = request(60, List.of(), 0, TokenRule.NONE);
        try (var text = model.session().text()) {
            var answer = new TextWriter(model, drafters, new SpeculationPolicy.Fixed(5))
                    .write(text, request, new Cancellation(), _ -> {})
                    .getFirst();
            var report = answer.generation().report();
            assertThat(report.accepted()).isEqualTo(report.drafted());
            assertThat(report.passes() - report.decidedAgain()).isLessThanOrEqualTo(10);
            assertThat(answer.text())
                    .isEqualTo(write(new SpeculationPolicy.None(), request).text());
        }
    }

    @Test
    void anotherModelDraftsWithoutChangingTheText() {
        var request = request(60, List.of(), 0, TokenRule.NONE);
        var plain = write(new SpeculationPolicy.None(), request).text();
        try (var other = open("llama-tied", OptionalInt.of(400));
                var text = model.session().text()) {
            for (var policy : List.of(
                    new SpeculationPolicy.Fixed(3),
                    new SpeculationPolicy.Confidence(0.4),
                    new SpeculationPolicy.Auto())) {
                var drafters = List.<Drafter>of(new ModelDrafter(other.session(), 600));
                assertThat(new TextWriter(model, drafters, policy)
                                .write(text, request, new Cancellation(), _ -> {})
                                .getFirst()
                                .text())
                        .isEqualTo(plain);
            }
            assertThatThrownBy(() -> new ModelDrafter(other.session(), 601))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            "draft model: knows 600 tokens, the model 601: a draft model has to have the same vocabulary");
        }
    }

    @Test
    void aCancelledAnswerLeavesTheTextUsable() {
        var cancellation = new Cancellation();
        var request = request(100, List.of(), 0, TokenRule.NONE);
        try (var text = model.session().text()) {
            var writer = writer(new SpeculationPolicy.Auto());
            assertThatThrownBy(() -> writer.write(text, request, cancellation, _ -> cancellation.cancel()))
                    .isInstanceOf(CancelledException.class);
            var again = writer.write(text, request, new Cancellation(), _ -> {}).getFirst();
            assertThat(again.text())
                    .isEqualTo(write(new SpeculationPolicy.None(), request).text());
        }
    }

    @Test
    void conversationsBecomePrompts() {
        var prompt = model.prompt(List.of(ChatMessage.system("Be brief."), ChatMessage.user("Hi!")));
        assertThat(model.tokenizer().decode(prompt, false)).endsWith("<|im_start|>assistant\n");
        assertThatThrownBy(() -> open("qwen2", OptionalInt.of(513)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("context of 513 tokens: must be between 1 and 512, what the model was made for");
        assertThat(model.session().context()).isEqualTo(400);
    }
}
