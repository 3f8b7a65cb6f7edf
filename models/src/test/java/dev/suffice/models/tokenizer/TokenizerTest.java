package dev.suffice.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.models.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the recorded prompts of the golden folders do not show; those are replayed with the text encoder. */
class TokenizerTest {
    private static final Path CLIP = Path.of("src/test/resources/goldens/ldm3d/tiny-ldm3d/tokenizer");
    private static final long START = 2012;
    private static final long END = 2013;

    /** A WordPiece tokenizer of nine words. */
    private static final String BERT = """
            {"version": "1.0", "truncation": {"max_length": 4, "strategy": "LongestFirst", "stride": 0,
              "direction": "Right"}, "padding": null,
             "added_tokens": [
               {"id": 0, "content": "[PAD]", "special": true, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false},
               {"id": 2, "content": "[CLS]", "special": true, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false},
               {"id": 3, "content": "[SEP]", "special": true, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false}],
             "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                "strip_accents": null, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
             "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "a": 4, "red": 5, "so": 6, "##fa": 7,
                          ",": 8}}}
            """;

    @TempDir
    private Path folder;

    @Test
    void endsWithTheEndTokenWhenCutOff() {
        try (var tokenizer = Tokenizer.open(CLIP, 77)) {
            var words = tokenizer.encode("x ".repeat(75));
            assertThat(words.ids()).hasSize(77).startsWith(START).endsWith(END);
            assertThat(words.truncated()).isFalse();
            var more = tokenizer.encodePadded("x ".repeat(76));
            assertThat(more.ids()).isEqualTo(words.ids());
            assertThat(more.truncated()).isTrue();
            assertThat(more.tokens()).isEqualTo(78);
        }
    }

    @Test
    void paddedToTheModelsLength() {
        try (var tokenizer = Tokenizer.open(CLIP, 16)) {
            var encoding = tokenizer.encodePadded("a red sofa");
            assertThat(tokenizer.maxLength()).isEqualTo(16);
            assertThat(encoding.ids()).hasSize(16).endsWith(END, END, END);
            assertThat(Arrays.stream(encoding.attentionMask()).sum()).isEqualTo(encoding.tokens());
            assertThat(encoding.ids()).startsWith(tokenizer.encode("a red sofa").ids());
        }
    }

    @Test
    void caseWhiteSpaceAndSpecialTokens() {
        try (var tokenizer = Tokenizer.open(CLIP, 77)) {
            var plain = tokenizer.encode("a red sofa").ids();
            assertThat(tokenizer.encode("  A   Red\n\tSOFA ").ids()).isEqualTo(plain);
            var ended = tokenizer.encode("a<|endoftext|>red").ids();
            assertThat(LongStream.of(ended).filter(id -> id == END).count()).isEqualTo(2);
        }
    }

    @Test
    void anyTextIsEncoded() {
        try (var tokenizer = Tokenizer.open(CLIP, 77)) {
            for (var text : new String[] {"日本の庭", "😀", "\u0000\u0007", "é", "a\u200Bb", "ﷺ"}) {
                assertThat(tokenizer.encode(text).ids())
                        .as(text)
                        .startsWith(START)
                        .endsWith(END);
            }
        }
    }

    @Test
    void wordPieces() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), BERT);
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"model_max_length\": 1000000000000000019884624838656, \"pad_token\": {\"content\": \"[PAD]\"}}");
        try (var tokenizer = Tokenizer.open(folder, 10)) {
            assertThat(tokenizer.encode("A réd sofa, blue").ids()).containsExactly(2, 4, 5, 6, 7, 8, 1, 3);
            var padded = tokenizer.encodePadded("a red sofa");
            assertThat(padded.ids()).containsExactly(2, 4, 5, 6, 7, 3, 0, 0, 0, 0);
            assertThat(padded.attentionMask()).containsExactly(1, 1, 1, 1, 1, 1, 0, 0, 0, 0);
        }
    }

    /** What {@code record_encoders.py} recorded from transformers: whole pairs, and such as are cut off, the longer text first. */
    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta", "template"})
    void pairsAreThoseOfTransformers(String processor) {
        var recorded = Path.of("src/test/resources/goldens/encoders-pairs").resolve(processor);
        var cases = JsonMapper.shared()
                .readTree(recorded.resolve("expected.json").toFile())
                .path("cases");
        assertThat(cases.size()).isEqualTo(14);
        for (var one : cases) {
            try (var tokenizer = Tokenizer.ofFile(
                    recorded.resolve("tokenizer.json"), one.path("room").intValue())) {
                var texts = one.path("texts");
                var pair =
                        tokenizer.encode(texts.path(0).asString(), texts.path(1).asString());
                assertThat(pair.ids()).as(one.toString()).containsExactly(numbers(one.path("ids")));
                assertThat(pair.types()).as(one.toString()).containsExactly(numbers(one.path("types")));
                assertThat(pair.attentionMask()).hasSameSizeAs(pair.ids()).containsOnly(1);
                assertThat(pair.tokens()).isEqualTo(one.path("whole").intValue());
                assertThat(pair.truncated())
                        .isEqualTo(
                                one.path("whole").intValue() > one.path("room").intValue());
            }
        }
        try (var narrow = Tokenizer.ofFile(recorded.resolve("tokenizer.json"), 3)) {
            assertThatThrownBy(() -> narrow.encode("w5", "w6"))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("tokens around it: the model takes 3 in all");
        }
    }

    private static long[] numbers(JsonNode list) {
        return list.valueStream().mapToLong(JsonNode::longValue).toArray();
    }

    @Test
    void noTokenizer() {
        assertThatThrownBy(() -> Tokenizer.open(folder, 77))
                .isInstanceOf(ModelException.class)
                .hasMessage(folder + ": no tokenizer: expected tokenizer.json, or vocab.json and merges.txt");
    }

    @Test
    void damagedTokenizer() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"None\"}}");
        assertThatThrownBy(() -> Tokenizer.open(folder, 77))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(folder.resolve("tokenizer.json") + ": not a tokenizer that can be read: ");
    }

    @Test
    void vocabularyWithoutItsEnd() throws IOException {
        Files.writeString(folder.resolve("vocab.json"), "{\"<|startoftext|>\": 0}");
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\n");
        assertThatThrownBy(() -> Tokenizer.open(folder, 77))
                .isInstanceOf(ModelException.class)
                .hasMessage(folder.resolve("vocab.json") + ": token <|endoftext|>: missing");
    }

    @Test
    void paddingThatIsNoToken() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), BERT);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"pad_token\": \"<pad>\"}");
        assertThatThrownBy(() -> Tokenizer.open(folder, 77))
                .isInstanceOf(ModelException.class)
                .hasMessage(folder.resolve("tokenizer_config.json") + ": pad_token <pad>: not in the vocabulary");
    }
}
