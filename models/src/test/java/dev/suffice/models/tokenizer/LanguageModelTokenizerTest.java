package dev.suffice.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a language model needs of a tokenizer, with a small byte-level one whose token numbers transformers recorded. */
class LanguageModelTokenizerTest {
    private static final Path FOLDER = Path.of("src/test/resources/goldens/llm/tokenizer");
    private static final int START = 1;
    private static final int END = 2;

    record Case(String text, List<Integer> numbers, String decoded) {
        int[] ids() {
            return numbers.stream().mapToInt(Integer::intValue).toArray();
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @TempDir
    private Path folder;

    private static Tokenizer open() {
        return Tokenizer.open(FOLDER, 1024);
    }

    private static Stream<Case> recorded() throws IOException {
        var cases = JsonMapper.shared().readTree(Files.readString(FOLDER.resolve("expected.json")));
        return StreamSupport.stream(cases.spliterator(), false)
                .map(node -> new Case(
                        node.path("text").stringValue(),
                        StreamSupport.stream(node.path("ids").spliterator(), false)
                                .map(JsonNode::intValue)
                                .toList(),
                        node.path("decoded").stringValue()));
    }

    private static byte[] bytes(Tokenizer tokenizer, int[] ids) {
        var bytes = new ByteArrayOutputStream();
        for (var id : ids) {
            bytes.writeBytes(tokenizer.bytes(id));
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void asRecorded(Case recorded) {
        try (var tokenizer = open()) {
            assertThat(tokenizer.encode(recorded.text(), true)).isEqualTo(recorded.ids());
            assertThat(tokenizer.encode(recorded.text(), false)).isEqualTo(recorded.ids());
            assertThat(tokenizer.decode(recorded.ids(), false)).isEqualTo(recorded.decoded());
            assertThat(new String(bytes(tokenizer, recorded.ids()), StandardCharsets.UTF_8))
                    .isEqualTo(recorded.decoded());
        }
    }

    @Test
    void neverCutsOff() {
        try (var tokenizer = Tokenizer.open(FOLDER, 8)) {
            var text = "The quick brown fox ".repeat(100);
            assertThat(tokenizer.encode(text, true)).hasSizeGreaterThan(500);
            assertThat(tokenizer.decode(tokenizer.encode(text, true), true)).isEqualTo(text);
            assertThat(tokenizer.encode(text).truncated()).isTrue();
        }
    }

    @Test
    void tokensByNumberAndName() {
        try (var tokenizer = open()) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(600);
            assertThat(tokenizer.id("<|im_end|>")).hasValue(END);
            assertThat(tokenizer.token(END)).contains("<|im_end|>");
            assertThat(tokenizer.id("no such token")).isEmpty();
            assertThat(tokenizer.token(600)).isEmpty();
            assertThat(tokenizer.bytes(600)).isEmpty();
            assertThat(tokenizer.isSpecial(START)).isTrue();
            assertThat(tokenizer.isSpecial(3)).isFalse();
            assertThat(tokenizer.isSpecial(600)).isFalse();
            assertThat(tokenizer.special().bos()).hasValue(0);
            assertThat(tokenizer.special().eos()).hasValue(END);
            assertThat(tokenizer.special().ends()).containsExactly(END);
            for (int id = 0; id < 600; id++) {
                assertThat(tokenizer.id(tokenizer.token(id).orElseThrow())).hasValue(id);
            }
            assertThatThrownBy(() -> tokenizer.bytes(-1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("token -1: must not be negative");
            assertThatThrownBy(() -> tokenizer.decode(new int[] {-1}, true))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void skipsSpecialTokensAndUnknownNumbers() {
        try (var tokenizer = open()) {
            var ids = tokenizer.encode("<|im_start|>user\nhi<|im_end|>", false);
            assertThat(tokenizer.decode(ids, true)).isEqualTo("user\nhi");
            assertThat(tokenizer.decode(new int[] {ids[1], 100_000, ids[2]}, true))
                    .isEqualTo("user");
            assertThat(tokenizer.decode(new int[0], true)).isEmpty();
        }
    }

    @Test
    void specialTokensAsText() {
        try (var tokenizer = open()) {
            var text = "a<|im_end|>b <|endoftext|>";
            var ids = tokenizer.encodeLiterally(text);
            assertThat(ids).doesNotContain(0, START, END);
            assertThat(tokenizer.decode(ids, true)).isEqualTo(text);
            assertThat(tokenizer.encodeLiterally("The quick brown fox"))
                    .isEqualTo(tokenizer.encode("The quick brown fox", false));
        }
    }

    @Test
    void addedTokensThatAreNotSpecialStayTokens() throws IOException {
        var json = (ObjectNode)
                Config.read(FOLDER.resolve("tokenizer.json")).json().deepCopy();
        ((tools.jackson.databind.node.ArrayNode) json.path("added_tokens"))
                .addObject()
                .put("id", 600)
                .put("content", "<tool>")
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", false);
        var source = folder.resolve("tokenizer.json");
        try (var tokenizer = Tokenizer.of(source, () -> json, 100, SpecialTokens.NONE)) {
            assertThat(tokenizer.encode("<tool>", false)).containsExactly(600);
            assertThat(tokenizer.encodeLiterally("<tool>")).containsExactly(600);
            assertThat(tokenizer.encodeLiterally("<tool><|im_end|>"))
                    .startsWith(600)
                    .doesNotContain(END);
            assertThat(tokenizer.isSpecial(600)).isFalse();
            assertThat(tokenizer.bytes(600)).asString(StandardCharsets.UTF_8).isEqualTo("<tool>");
            assertThat(tokenizer.vocabularySize()).isEqualTo(601);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D", "\uDE00", "a\uD83Db", "\uDE00\uD83D"})
    void halfASurrogatePair(String text) {
        try (var tokenizer = open()) {
            assertThat(tokenizer.decode(tokenizer.encode(text, false), false))
                    .isEqualTo(text.replace("\uD83D", "\uFFFD").replace("\uDE00", "\uFFFD"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uD83D\uDE00",
                "caf\u00e9 \u2615 \uD83D\uDC68\u200D\uD83D\uDC69 \u65e5\u672c",
                "\u0000\u0007",
                "plain"
            })
    void streamsWholeCharacters(String text) {
        try (var tokenizer = open()) {
            var ids = tokenizer.encode(text, false);
            var stream = new TokenStream(tokenizer, true);
            var written = new StringBuilder();
            for (var id : ids) {
                var piece = stream.accept(id);
                assertThat(piece).doesNotContain("\uFFFD");
                assertThat(piece.isEmpty() || !Character.isHighSurrogate(piece.charAt(piece.length() - 1)))
                        .isTrue();
                written.append(piece);
            }
            assertThat(stream.flush()).isEmpty();
            assertThat(written).hasToString(text);
        }
    }

    @Test
    void aStreamThatEndsWithinACharacter() {
        try (var tokenizer = open()) {
            var ids = tokenizer.encode("\uD83D\uDE00", false);
            assertThat(ids).as("several tokens").hasSizeGreaterThan(1);
            var stream = new TokenStream(tokenizer, true);
            assertThat(stream.accept(ids[0])).isEmpty();
            assertThat(stream.flush()).isEqualTo("\uFFFD");
            assertThat(stream.flush()).isEmpty();
            assertThat(stream.accept(tokenizer.encode("x", false)[0])).isEqualTo("x");
            assertThat(stream.accept(ids[0])).isEmpty();
            assertThat(stream.accept(tokenizer.encode("x", false)[0])).isEqualTo("\uFFFDx");
        }
    }

    @Test
    void aStreamWithSpecialTokens() {
        try (var tokenizer = open()) {
            assertThat(new TokenStream(tokenizer, true).accept(END)).isEmpty();
            assertThat(new TokenStream(tokenizer, false).accept(END)).isEqualTo("<|im_end|>");
        }
    }

    @Test
    void everyByteHasItsToken() {
        try (var tokenizer = open()) {
            var seen = new boolean[256];
            for (int id = 0; id < tokenizer.vocabularySize(); id++) {
                var bytes = tokenizer.bytes(id);
                if (bytes.length == 1) {
                    seen[bytes[0] & 0xFF] = true;
                }
            }
            assertThat(seen).doesNotContain(false);
        }
    }

    @Test
    void severalEnds() throws IOException {
        Files.copy(FOLDER.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [2, 0, 9999]}");
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 1}");
        try (var tokenizer = Tokenizer.open(folder, 100)) {
            assertThat(tokenizer.special().ends()).containsExactlyInAnyOrder(0, 1, 2);
            assertThat(tokenizer.special().eos()).hasValue(2);
            assertThat(tokenizer.special().bos()).isEmpty();
        }
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": \"two\"}");
        assertThatThrownBy(() -> Tokenizer.open(folder, 100))
                .isInstanceOf(ModelException.class)
                .hasMessage(folder.resolve("generation_config.json")
                        + ": eos_token_id \"two\": must be a token's number, or a list of them");
    }

    @Test
    void numbersThatNoTokenHas() throws IOException {
        var json = (ObjectNode)
                Config.read(FOLDER.resolve("tokenizer.json")).json().deepCopy();
        ((ObjectNode) json.path("model").path("vocab")).put("far", 1 << 24);
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
        assertThatThrownBy(() -> Tokenizer.ofFile(folder.resolve("tokenizer.json"), 100))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        folder.resolve("tokenizer.json") + ": token far: its number must be between 0 and 16777215");
    }
}
