package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.Generation.Finish;
import dev.suffice.language.chat.ChatMessage;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.PromptLookup;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.language.speculate.SuffixDrafter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that do not fit into the context go on with what remains of them, as if that had been all there was. */
class OverflowTest {
    private static final int CONTEXT = 96;
    private static final int[] PROMPT = {54, 283, 223, 470, 75, 398, 301, 326, 54, 283, 223, 470};

    @TempDir
    private static Path cache;

    private static LanguageModel model;

    @BeforeAll
    static void open() {
        model = open("qwen2");
    }

    private static LanguageModel open(String name) {
        return LanguageModel.open(
                TestModels.folder().resolve(name),
                name,
                cache,
                OptionalInt.of(CONTEXT),
                Engines.named("onnxruntime"),
                SessionOptions.defaults().withThreads(1));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Generation generate(
            LanguageModel model, List<Drafter> drafters, SpeculationPolicy policy, GenerationRequest request) {
        try (var text = model.session().text()) {
            var generation = new Generator("tiny", model.session(), drafters, policy)
                    .generate(text, request, new Cancellation(), TokenListener.SILENT);
            assertThat(text.length())
                    .isEqualTo(request.prompt().length
                            + generation.tokens().length
                            - generation.report().droppedTokens()
                            - 1);
            return generation;
        }
    }

    /** Greedy tokens, one by one, with nothing but what remains of the text after each slide. */
    private static int[] slowly(LanguageModel model, int[] prompt, int tokens, Overflow overflow) {
        var answer = new int[0];
        var whole = prompt;
        while (answer.length < tokens) {
            if (whole.length >= CONTEXT) {
                whole = overflow.shorten(prompt, answer, CONTEXT).orElseThrow();
            }
            try (var text = model.session().text()) {
                int next = Logits.argMax(text.read(whole, 1)[0]);
                whole = TokenList.joined(whole, new int[] {next});
                answer = TokenList.joined(answer, new int[] {next});
            }
        }
        return answer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "gemma3", "llama-rope3"})
    void anAnswerGoesOnWithWhatRemainsWhoeverDrafts(String name) {
        var window = new SlidingWindow(4);
        var request = GenerationRequest.greedy(PROMPT, 230, Set.of()).withOverflow(window);
        try (var opened = open(name)) {
            var expected = slowly(opened, PROMPT, 230, window);
            var policies = List.of(
                    new SpeculationPolicy.None(),
                    new SpeculationPolicy.Fixed(5),
                    new SpeculationPolicy.Fixed(16),
                    new SpeculationPolicy.Auto());
            for (var policy : policies) {
                var drafters = List.of(new SuffixDrafter(), new PromptLookup());
                var written = generate(opened, drafters, policy, request);
                assertThat(written.tokens()).as(policy.toString()).isEqualTo(expected);
                assertThat(written.finish()).isEqualTo(Finish.LENGTH);
                // 242 tokens; each time the context is full, 46 of its 96 go.
                assertThat(written.report().droppedTokens()).isEqualTo(4 * 46);
            }
            var itself = List.<Drafter>of(new ModelDrafter(opened.session(), 600));
            var drafted = generate(opened, itself, new SpeculationPolicy.Fixed(4), request);
            assertThat(drafted.tokens()).isEqualTo(expected);
            assertThat(drafted.report().accepted()).isGreaterThan(100);
        }
    }

    @Test
    void anAnswerEndsUnlessItIsToSlide() {
        var request = GenerationRequest.greedy(PROMPT, 230, Set.of());
        var stopped = generate(model, List.of(), new SpeculationPolicy.None(), request);
        assertThat(stopped.finish()).isEqualTo(Finish.CONTEXT);
        assertThat(stopped.tokens()).hasSize(CONTEXT - PROMPT.length);
        assertThat(stopped.report().droppedTokens()).isZero();
    }

    @Test
    void aLongPromptIsAnsweredAsIfItHadBeenWhatRemains() {
        var prompt = IntStream.range(0, 300).map(i -> 5 + i * 37 % 500).toArray();
        var remains = IntStream.concat(IntStream.range(0, 6), IntStream.range(255, 300))
                .map(i -> prompt[i])
                .toArray();
        var expected = slowly(model, remains, 20, Overflow.STOP);
        var request = GenerationRequest.greedy(prompt, 20, Set.of()).withOverflow(new SlidingWindow(6));
        var answer = generate(model, List.of(new PromptLookup()), new SpeculationPolicy.Fixed(3), request);
        assertThat(answer.tokens()).isEqualTo(expected);
        assertThat(answer.report().promptTokens()).isEqualTo(300);
        assertThat(answer.report().droppedTokens()).isEqualTo(249);
    }

    @Test
    void theFirstTokensStayAndTheOlderHalfOfTheRestGoes() {
        var prompt = IntStream.range(0, 10).toArray();
        var answer = IntStream.range(10, 16).toArray();
        assertThat(new SlidingWindow(2).shorten(prompt, answer, 16))
                .hasValueSatisfying(rest -> assertThat(rest).containsExactly(0, 1, 9, 10, 11, 12, 13, 14, 15));
        assertThat(new SlidingWindow(0).shorten(new int[] {7, 8}, new int[0], 2))
                .hasValueSatisfying(rest -> assertThat(rest).containsExactly(8));
        assertThat(Overflow.STOP.shorten(prompt, answer, 16)).isEmpty();
        assertThatThrownBy(() -> new SlidingWindow(9).shorten(prompt, answer, 16))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("the first 9 tokens are to stay: that is more than half of the context of 16;");
        assertThatThrownBy(() -> new SlidingWindow(-1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("-1 kept tokens: must be at least 0");
    }

    private static List<ChatMessage> conversation(int turns) {
        var conversation = new ArrayList<ChatMessage>();
        conversation.add(ChatMessage.system("Be kind."));
        for (int k = 0; k < turns; k++) {
            conversation.add(ChatMessage.user("Turn %d?".formatted(k)));
            conversation.add(ChatMessage.assistant("Answer %d.".formatted(k)));
        }
        conversation.add(ChatMessage.user("The last one?"));
        return conversation;
    }

    @Test
    void turnsOfAConversationAreDroppedWhole() {
        var conversation = conversation(8);
        var prompt = model.prompt(conversation);
        assertThat(prompt).hasSizeGreaterThan(CONTEXT);
        var turns = new DroppedTurns(model, conversation);
        var remains = turns.shorten(prompt, new int[0], CONTEXT).orElseThrow();
        int gone = turns.dropped();
        assertThat(gone).isBetween(1, 8);
        var expected = new ArrayList<>(conversation);
        expected.subList(1, 1 + 2 * gone).clear();
        assertThat(turns.remaining()).isEqualTo(expected);
        assertThat(remains).isEqualTo(model.prompt(expected)).hasSizeLessThanOrEqualTo(gone < 8 ? CONTEXT / 2 : 72);
        if (gone < 8) {
            var oneMore = new ArrayList<>(conversation);
            oneMore.subList(1, 1 + 2 * (gone - 1)).clear();
            assertThat(model.prompt(oneMore)).hasSizeGreaterThan(CONTEXT / 2);
        }
    }

    @Test
    void whereTheLastTurnIsTooLongItsOldestTokensGoToo() {
        var conversation = conversation(1);
        conversation.set(conversation.size() - 1, ChatMessage.user("Nothing of this is short. ".repeat(40) + "Is it?"));
        var turns = new DroppedTurns(model, conversation);
        var answer = new int[] {9, 8, 7};
        var remains = turns.shorten(model.prompt(conversation), answer, CONTEXT).orElseThrow();
        assertThat(turns.dropped()).isEqualTo(1);
        assertThat(remains).hasSizeLessThan(CONTEXT).endsWith(9, 8, 7);
        assertThat(model.tokenizer().decode(remains, false))
                .startsWith("<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\n")
                .contains("Is it?<|im_end|>\n<|im_start|>assistant\n");
    }

    @Test
    void aConversationIsAnsweredWithTheTurnsThatRemain() {
        var conversation = conversation(8);
        var turns = new DroppedTurns(model, conversation);
        var request = GenerationRequest.greedy(model.prompt(conversation), 10, Set.of());
        var answer =
                generate(model, List.of(new PromptLookup()), new SpeculationPolicy.Auto(), request.withOverflow(turns));
        var rest = model.prompt(turns.remaining());
        assertThat(answer.tokens()).isEqualTo(slowly(model, rest, 10, Overflow.STOP));
        assertThat(answer.report().droppedTokens()).isEqualTo(request.prompt().length - rest.length);
        assertThat(Arrays.equals(rest, request.prompt())).isFalse();
    }
}
