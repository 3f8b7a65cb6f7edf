package dev.suffice.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.tokenizer.TokenStream;
import dev.suffice.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against token numbers recorded from llama.cpp, SentencePiece and transformers, for small vocabularies. */
class GgufTokenizerTest {
    private static final Path GOLDENS = Path.of("src/test/resources/goldens");
    private static final JsonNode WORDS = json("gguf/words.json");
    private static final JsonNode SENTENCE_PIECE = json("gguf/sentencepiece.json");

    @TempDir
    private Path folder;

    private static JsonNode json(String name) {
        try {
            return JsonMapper.shared().readTree(Files.readString(GOLDENS.resolve(name)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Stream<JsonNode> stream(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }

    private static List<String> texts(JsonNode node) {
        return stream(node).map(JsonNode::stringValue).toList();
    }

    private static int[] ids(JsonNode node) {
        return stream(node).mapToInt(JsonNode::intValue).toArray();
    }

    private Tokenizer open(GgufWriter writer) throws IOException {
        return GgufTokenizer.open(GgufFile.read(writer.write(folder.resolve("model.gguf"))));
    }

    private static GgufWriter words(String pre) {
        var tokens = texts(WORDS.path("tokens"));
        return new GgufWriter()
                .text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", pre)
                .texts("tokenizer.ggml.tokens", tokens)
                .wholes(
                        "tokenizer.ggml.token_type",
                        IntStream.range(0, tokens.size())
                                .mapToObj(id -> id < 2 ? 3 : 1)
                                .toList())
                .texts("tokenizer.ggml.merges", texts(WORDS.path("merges")))
                .whole("tokenizer.ggml.bos_token_id", 0)
                .whole("tokenizer.ggml.eos_token_id", 1);
    }

    private static Stream<String> preTokenizers() {
        return WORDS.path("ids").propertyNames().stream();
    }

    @ParameterizedTest
    @MethodSource("preTokenizers")
    void cutsWordsAsLlamaCppDoes(String pre) throws IOException {
        var texts = texts(WORDS.path("texts"));
        try (var tokenizer = open(words(pre))) {
            for (int i = 0; i < texts.size(); i++) {
                var text = texts.get(i);
                var ids = tokenizer.encode(text, false);
                var composed = Normalizer.normalize(text, Normalizer.Form.NFC);
                if (pre.equals("qwen2") && !text.equals(composed)) {
                    // as the original tokenizer; llama.cpp does not
                    assertThat(ids).isEqualTo(tokenizer.encode(composed, false));
                    continue;
                }
                assertThat(ids)
                        .as("%s: \"%s\"", pre, text)
                        .isEqualTo(ids(WORDS.path("ids").path(pre).path(i)));
                assertThat(tokenizer.decode(ids, false)).isEqualTo(text);
            }
        }
    }

    private static GgufWriter sentencePiece(JsonNode model) {
        return new GgufWriter()
                .text("tokenizer.ggml.model", "llama")
                .texts("tokenizer.ggml.tokens", texts(model.path("tokens")))
                .numbers(
                        "tokenizer.ggml.scores",
                        stream(model.path("scores"))
                                .map(node -> (float) node.doubleValue())
                                .toList())
                .wholes(
                        "tokenizer.ggml.token_type",
                        stream(model.path("types")).map(JsonNode::intValue).toList())
                .flag(
                        "tokenizer.ggml.add_space_prefix",
                        model.path("add_space_prefix").booleanValue());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void scoresBecomeMerges(int which) throws IOException {
        var model = SENTENCE_PIECE.path(which);
        var prefix = model.path("add_space_prefix").booleanValue();
        try (var tokenizer = open(sentencePiece(model))) {
            assertThat(tokenizer.special().bos()).hasValue(1);
            assertThat(tokenizer.special().eos()).hasValue(2);
            for (var recorded : model.path("cases")) {
                var text = recorded.path("text").stringValue();
                var expected = ids(recorded.path("ids"));
                assertThat(tokenizer.encode(text, false)).as(text).isEqualTo(expected);
                assertThat(tokenizer.encode(text, true)).startsWith(1).hasSize(expected.length + 1);
                assertThat(tokenizer.decode(expected, true))
                        .isEqualTo(recorded.path("decoded").stringValue());
                var stream = new TokenStream(tokenizer, true);
                var written = new StringBuilder();
                for (var id : expected) {
                    written.append(stream.accept(id));
                }
                assertThat(written.append(stream.flush())).hasToString((prefix && !text.isEmpty() ? " " : "") + text);
            }
        }
    }

    @Test
    void bytesOfAScoredVocabulary() throws IOException {
        try (var tokenizer = open(sentencePiece(SENTENCE_PIECE.path(0)))) {
            assertThat(tokenizer.bytes(tokenizer.id("<0xE2>").orElseThrow())).containsExactly(0xE2);
            assertThat(tokenizer.bytes(tokenizer.id("\u2581the").orElseThrow()))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(" the");
            assertThat(tokenizer.isSpecial(tokenizer.id("<s>").orElseThrow())).isTrue();
            var ids = tokenizer.encode("\uD83D\uDE00", false);
            var stream = new TokenStream(tokenizer, true);
            for (int i = 0; i < ids.length - 1; i++) {
                assertThat(stream.accept(ids[i])).isBlank();
            }
            assertThat(stream.accept(ids[ids.length - 1])).isEqualTo("\uD83D\uDE00");
        }
    }

    @Test
    void sameAsTheTokenizerJsonItCameFrom() throws IOException {
        var json = Config.read(GOLDENS.resolve("llm/tokenizer/tokenizer.json")).json();
        var vocabulary = json.path("model").path("vocab");
        var tokens = new String[vocabulary.size()];
        vocabulary.properties().forEach(entry -> tokens[entry.getValue().intValue()] = entry.getKey());
        var writer = new GgufWriter()
                .text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", "gpt-2")
                .texts("tokenizer.ggml.tokens", List.of(tokens))
                .wholes(
                        "tokenizer.ggml.token_type",
                        IntStream.range(0, tokens.length)
                                .mapToObj(id -> id < 3 ? 3 : 1)
                                .toList())
                .texts(
                        "tokenizer.ggml.merges",
                        stream(json.path("model").path("merges"))
                                .map(pair -> String.join(" ", texts(pair)))
                                .toList());
        try (var tokenizer = open(writer)) {
            for (var recorded : json("llm/tokenizer/expected.json")) {
                var text = recorded.path("text").stringValue();
                assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(ids(recorded.path("ids")));
            }
            assertThat(tokenizer.encodeLiterally("<|im_end|>")).doesNotContain(2);
            assertThat(tokenizer.special().ends()).containsExactlyInAnyOrder(0, 2);
        }
    }

    @Test
    void startAndEnd() throws IOException {
        try (var tokenizer = open(
                words("gpt-2").flag("tokenizer.ggml.add_bos_token", true).flag("tokenizer.ggml.add_eos_token", true))) {
            assertThat(tokenizer.encode("a", true)).startsWith(0).endsWith(1).hasSize(3);
            assertThat(tokenizer.encode("a", false)).hasSize(1);
            assertThat(tokenizer.encode("a<|end|>", false)).endsWith(1).hasSize(2);
            assertThat(tokenizer.special().ends()).containsExactly(1);
        }
        try (var tokenizer = open(words("llama-bpe"))) {
            assertThat(tokenizer.encode("a", true)).startsWith(0).hasSize(2);
        }
        try (var tokenizer = open(words("qwen2"))) {
            assertThat(tokenizer.encode("a", true)).hasSize(1);
        }
    }

    @Test
    void contextLength() throws IOException {
        var writer = words("gpt-2").text("general.architecture", "qwen2").whole("qwen2.context_length", 12);
        try (var tokenizer = open(writer)) {
            assertThat(tokenizer.maxLength()).isEqualTo(12);
        }
    }

    /** A vocabulary of a few letters, changed by the test. */
    private void fails(UnaryOperator<GgufWriter> change, String message) throws IOException {
        var writer = change.apply(new GgufWriter());
        assertThatThrownBy(() -> open(writer).close())
                .isInstanceOf(ModelException.class)
                .hasMessage(folder.resolve("model.gguf") + ": " + message);
    }

    private static GgufWriter letters(GgufWriter writer, String model) {
        return writer.text("tokenizer.ggml.model", model).texts("tokenizer.ggml.tokens", List.of("a", "b", "ab"));
    }

    @Test
    void tokenizersThatCannotBe() throws IOException {
        fails(w -> w, "tokenizer.ggml.model missing: must be a text; convert the model again");
        fails(
                w -> letters(w, "bert"),
                "tokenizer.ggml.model \"bert\": must be gpt2 or llama; other tokenizers are not supported");
        fails(
                w -> letters(w, "gpt2").text("tokenizer.ggml.pre", "new").texts("tokenizer.ggml.merges", List.of()),
                "tokenizer.ggml.pre \"new\": must be one of " + PreTokenizer.known());
        fails(
                w -> letters(w, "gpt2").text("tokenizer.ggml.pre", "gpt-2"),
                "tokenizer.ggml.merges missing: must be a list of texts; convert the model again");
        for (var merge : List.of("a", "a c", "b a", "", " ")) {
            fails(
                    w -> letters(w, "gpt2")
                            .text("tokenizer.ggml.pre", "gpt-2")
                            .texts("tokenizer.ggml.merges", List.of("a b", merge)),
                    "tokenizer.ggml.merges: entry 1: \"%s\": must be two tokens with a blank between them that make a third; damaged"
                            .formatted(merge));
        }
        fails(
                w -> letters(w, "llama"),
                "tokenizer.ggml.scores missing: must be a list of numbers; convert the model again");
        fails(
                w -> letters(w, "llama").numbers("tokenizer.ggml.scores", List.of(1f)),
                "tokenizer.ggml.scores (a list of 1 FLOAT32): must be a list of 3, one for each token");
        fails(
                w -> letters(w, "llama").numbers("tokenizer.ggml.scores", List.of(1f, Float.NaN, 2f)),
                "tokenizer.ggml.scores: entry 1: must be a number; damaged");
        fails(
                w -> letters(w, "llama").wholes("tokenizer.ggml.token_type", List.of(1)),
                "tokenizer.ggml.token_type (a list of 1 INT32): must be a list of 3, one for each token");
        fails(
                w -> letters(w, "llama").whole("tokenizer.ggml.eos_token_id", 3),
                "tokenizer.ggml.eos_token_id 3: must be a token's number, less than 3");
        fails(
                w -> w.text("tokenizer.ggml.model", "llama").texts("tokenizer.ggml.tokens", List.of("a", "b", "a")),
                "tokenizer.ggml.tokens: \"a\" is entry 0 and 2; damaged");
        fails(
                w -> w.text("tokenizer.ggml.model", "llama").texts("tokenizer.ggml.tokens", List.of("a".repeat(4097))),
                "tokenizer.ggml.tokens: entry 0: 4097 characters: must have at most 4096; damaged");
    }
}
