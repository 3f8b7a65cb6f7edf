package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyMapTest {
    @TempDir
    private Path folder;

    private static Tokenizer open(Path model) {
        return Tokenizer.open(model, 512);
    }

    private static Tokenizer small() {
        return open(TestModels.folder().resolve("llama-tied"));
    }

    @Test
    void theSameVocabularyNeedsNoMap() {
        try (var a = small();
                var b = open(TestModels.folder().resolve("qwen3"))) {
            var map = VocabularyMap.of(a, 600, b, 600);
            assertThat(map.same()).isTrue();
            assertThat(map.coverage()).isEqualTo(1);
            assertThat(VocabularyMap.of(a, 640, b, 600).same())
                    .as("fewer scores than the target has")
                    .isFalse();
        }
    }

    @Test
    void tokensOfTheSameBytesAreShared() throws IOException {
        try (var a = small();
                var b = open(OtherVocabulary.twin("llama-tied", folder.resolve("twin"), 60))) {
            var map = VocabularyMap.of(a, 600, b, 600);
            assertThat(map.same()).isFalse();
            assertThat(map.coverage()).isCloseTo(540.0 / 600, within(1e-9));
            int shared = 0;
            for (int token = 0; token < 600; token++) {
                int other = map.toDraft(token);
                if (other != VocabularyMap.NONE) {
                    shared++;
                    assertThat(map.toTarget(other)).isEqualTo(token);
                    assertThat(b.bytes(other)).isEqualTo(a.bytes(token));
                    assertThat(b.isSpecial(other)).isEqualTo(a.isSpecial(token));
                }
            }
            assertThat(shared).isEqualTo(540);
            assertThat(map.toDraft(2)).as("a special token of the same name").isEqualTo(2);
            assertThat(map.toTarget(10_000)).isEqualTo(VocabularyMap.NONE);
        }
    }

    @Test
    void aTokenForWhatHasNoOtherStandsBack() {
        try (var bytes = small();
                var pieces = OtherVocabulary.sentencePieces()) {
            var map = VocabularyMap.of(bytes, 600, pieces, pieces.vocabularySize());
            int letter = pieces.id("A").orElseThrow();
            int fallback = pieces.id("<0x41>").orElseThrow();
            assertThat(pieces.bytes(fallback)).isEqualTo(pieces.bytes(letter));
            assertThat(map.toDraft(bytes.id("A").orElseThrow())).isEqualTo(letter);
            assertThat(map.toTarget(fallback)).isEqualTo(VocabularyMap.NONE);
            assertThat(map.toTarget(pieces.id("<0x42>").orElseThrow()))
                    .isEqualTo(bytes.id("B").orElseThrow());
            assertThat(map.toTarget(pieces.id("<s>").orElseThrow()))
                    .as("a special token that the other has not")
                    .isEqualTo(VocabularyMap.NONE);
        }
    }
}
