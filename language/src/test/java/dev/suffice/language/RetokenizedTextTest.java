package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.language.speculate.DraftScores;
import dev.suffice.models.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts in the tokens of a tokenizer that did not write them, and what follows such a text. */
class RetokenizedTextTest {
    @TempDir
    private static Path folder;

    private static Tokenizer target;
    private static Tokenizer draft;
    private static Tokenizer pieces;

    @BeforeAll
    static void open() throws IOException {
        target = Tokenizer.open(TestModels.folder().resolve("llama-tied"), 512);
        draft = Tokenizer.open(OtherVocabulary.twin("llama-tied", folder.resolve("twin"), 60), 512);
        pieces = OtherVocabulary.sentencePieces();
    }

    @AfterAll
    static void close() {
        target.close();
        draft.close();
        pieces.close();
    }

    private static byte[] bytes(Tokenizer tokenizer, int[] tokens) {
        var bytes = new ByteArrayOutputStream();
        for (int token : tokens) {
            bytes.writeBytes(tokenizer.bytes(token));
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The quick brown fox jumps over the lazy dog, and the other one sees it, for the first time in its life.",
                "    def self(the):\n        return  self.re + \"\"   \n\n",
                "Zwölf Boxkämpfer 🦊🦊 jagen € 12 日本語 für Ærø",
                " leading and trailing "
            })
    void aTextThatGrowsHasTheTokensOfTheWholeText(String text) {
        var retokenized = new RetokenizedText(new ByteTokenizer(draft));
        var written = new ByteArrayOutputStream();
        for (int token : target.encode(text, false)) {
            retokenized.append(target.bytes(token));
            written.writeBytes(target.bytes(token));
            // Also while a character is unfinished nothing is lost.
            assertThat(bytes(draft, retokenized.tokens())).isEqualTo(written.toByteArray());
        }
        assertThat(retokenized.tokens()).isEqualTo(draft.encode(text, false));
    }

    @Test
    void noByteIsLostWhateverIsWritten() {
        var random = new Random(3);
        for (int run = 0; run < 30; run++) {
            var retokenized = new RetokenizedText(new ByteTokenizer(draft));
            var written = new ByteArrayOutputStream();
            for (int i = 0; i < 60; i++) {
                var bytes = target.bytes(3 + random.nextInt(597));
                retokenized.append(bytes);
                written.writeBytes(bytes);
                if (random.nextInt(3) == 0) {
                    assertThat(bytes(draft, retokenized.tokens())).isEqualTo(written.toByteArray());
                }
            }
        }
    }

    @Test
    void specialTokensStandBetweenTexts() {
        var map = VocabularyMap.of(target, 600, draft, 600);
        var text = new DraftText(target, new ByteTokenizer(draft), map);
        text.read(target.encode("<|im_start|>user\nHi the<|im_end|>", false));
        text.read(target.encode("re", false));
        var expected = draft.encode("<|im_start|>user\nHi the<|im_end|>re", false);
        assertThat(text.tokens()).isEqualTo(expected).contains(1, 2);
    }

    @Test
    void aTextBeginsAsTheDraftModelBeginsTextsAndUnknownSpecialTokensAreLeftOut() {
        var map = VocabularyMap.of(target, 600, pieces, pieces.vocabularySize());
        var text = new DraftText(target, new ByteTokenizer(pieces), map);
        text.read(target.encode("<|im_start|>hello hello", false));
        assertThat(text.tokens()).isEqualTo(OtherVocabulary.tokens(pieces, "\u2581hello", "\u2581hello"));
    }

    @Test
    void aBlankBeforeTheFirstWordIsNotPutIntoTheText() {
        var retokenized = new RetokenizedText(new ByteTokenizer(pieces));
        var hello = "hello";
        for (int i = 0; i < 20; i++) {
            for (var letter : (i == 0 ? hello : " " + hello).split("")) {
                retokenized.append(letter.getBytes(StandardCharsets.UTF_8));
                retokenized.tokens();
            }
        }
        var expected = new int[20];
        Arrays.fill(expected, pieces.id("\u2581hello").orElseThrow());
        assertThat(retokenized.tokens()).isEqualTo(expected);
    }

    @Test
    void whatFollowsFallsIntoTheTokensOfTheWhole() {
        var text = "The quick brown fox sees  the others: Zwölf 🦊 für € 3";
        var tokens = target.encode(text, false);
        for (int cut = 0; cut < tokens.length; cut++) {
            var border = new TextBorder(new ByteTokenizer(target));
            border.read(Arrays.copyOf(tokens, cut));
            var rest = Arrays.copyOfRange(tokens, cut, tokens.length);
            assertThat(border.follow(bytes(target, rest))).as("cut at %d", cut).isEqualTo(rest);
        }
    }

    @Test
    void aTokenAcrossTheBorderGivesWayToThoseBehindIt() {
        var border = new TextBorder(new ByteTokenizer(target));
        border.read(OtherVocabulary.tokens(target, "Ġ", "t"));
        assertThat(target.encode(" the", false)).hasSize(1);
        assertThat(border.follow("he".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(OtherVocabulary.tokens(target, "he"));
        border.read(new int[] {2});
        assertThat(border.follow(new byte[0])).isEmpty();
        assertThat(border.follow(" the".getBytes(StandardCharsets.UTF_8))).isEqualTo(target.encode(" the", false));
    }

    @Test
    void noBlankIsPutBehindABorder() {
        var border = new TextBorder(new ByteTokenizer(pieces));
        var hello = "hello".getBytes(StandardCharsets.UTF_8);
        assertThat(border.follow(hello)).as("would begin with a blank").isEmpty();
        border.read(OtherVocabulary.tokens(pieces, "\u2581hello", "\u2581"));
        assertThat(border.follow(hello)).as("across the border").isEmpty();
        border.read(OtherVocabulary.tokens(pieces, "o"));
        assertThat(border.follow(" hello".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(OtherVocabulary.tokens(pieces, "\u2581hello"));
        assertThat(border.follow("hello".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(OtherVocabulary.tokens(pieces, "hel", "lo"));
    }

    @Test
    void ofADraftOnlyWholeCharactersCount() {
        var drafted = new DraftedText();
        var fox = "🦊".getBytes(StandardCharsets.UTF_8);
        var scores = new DraftScores(new float[1]);
        var later = new DraftScores(new float[2]);
        drafted.add(new byte[] {'a'}, 0.5, scores);
        drafted.add(Arrays.copyOf(fox, 3), 0.25, later);
        assertThat(drafted.characters()).isEqualTo(new byte[] {'a'});
        drafted.add(Arrays.copyOfRange(fox, 3, 4), 0.75, scores);
        assertThat(drafted.characters()).isEqualTo("a🦊".getBytes(StandardCharsets.UTF_8));
        assertThat(drafted.probability(0, 1)).isEqualTo(0.5);
        assertThat(drafted.probability(1, 5)).isEqualTo(0.1875);
        assertThat(drafted.probability(2, 3)).isEqualTo(1);
        assertThat(drafted.scores(0)).isSameAs(scores);
        assertThat(drafted.scores(3)).isSameAs(later);
        drafted.add(new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80}, 1, scores);
        assertThat(drafted.characters()).as("what becomes no character").hasSize(10);
    }
}
