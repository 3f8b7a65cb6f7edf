package dev.suffice.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.engine.Shape;
import dev.suffice.models.FileFuzzer;
import dev.suffice.models.ModelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFuzzTest {
    private static final List<BiConsumer<GgufMetadata, String>> USES = List.of(
            GgufMetadata::text,
            GgufMetadata::whole,
            GgufMetadata::size,
            GgufMetadata::number,
            (metadata, key) -> metadata.flag(key, true),
            (metadata, key) -> assertThat(metadata.texts(key).toArray()).doesNotContainNull(),
            GgufMetadata::wholes,
            GgufMetadata::numbers);

    @TempDir
    private Path folder;

    private static byte[] everything() {
        return new GgufWriter()
                .text("general.architecture", "llama")
                .whole("general.alignment", 32)
                .number("eps", 1e-5f)
                .flag("flag", true)
                .texts("words", List.of("a", "", "bcd"))
                .wholes("wholes", List.of(1, 2, 3))
                .numbers("numbers", List.of(0f, -1.5f))
                .rawList(
                        "nested",
                        ValueType.LIST,
                        1,
                        b -> b.int32(ValueType.TEXT.id()).int64(2).text("x").text("y"))
                .tensor("a.weight", GgufType.Q4_0, Shape.of(2, 32), new byte[36])
                .tensor("b", GgufType.F32, Shape.of(3), new byte[12])
                .tensor("empty", GgufType.F16, Shape.of(0), new byte[0])
                .toBytes();
    }

    private static GgufWriter letters(String model) {
        return new GgufWriter()
                .text("tokenizer.ggml.model", model)
                .texts("tokenizer.ggml.tokens", List.of("<unk>", "<s>", "</s>", "a", "b", "ab", "<0x41>", "\u2581a"))
                .wholes("tokenizer.ggml.token_type", List.of(2, 3, 3, 1, 1, 1, 6, 1))
                .whole("tokenizer.ggml.bos_token_id", 1)
                .whole("tokenizer.ggml.eos_token_id", 2);
    }

    private static byte[] scored() {
        return letters("llama")
                .numbers("tokenizer.ggml.scores", List.of(0f, 0f, 0f, -1f, -2f, -3f, 0f, -4f))
                .flag("tokenizer.ggml.add_space_prefix", true)
                .toBytes();
    }

    private static byte[] merged() {
        return letters("gpt2")
                .text("tokenizer.ggml.pre", "llama-bpe")
                .texts("tokenizer.ggml.merges", List.of("a b"))
                .toBytes();
    }

    @Test
    void damagedFilesAreRefused() throws IOException {
        FileFuzzer.run(
                FileFuzzer.cases(20_000),
                FileFuzzer.FIXED_BYTES,
                List.of(everything(), scored(), merged()),
                folder.resolve("model.gguf"),
                GgufFuzzTest::useAll);
    }

    /** Whatever a damaged vocabulary becomes, the native tokenizer takes it or refuses it. */
    @Test
    void damagedTokenizersAreRefused() throws IOException {
        FileFuzzer.run(
                FileFuzzer.cases(20_000) / 10,
                2_000_000,
                List.of(scored(), merged()),
                folder.resolve("model.gguf"),
                path -> {
                    try (var tokenizer = GgufTokenizer.open(GgufFile.read(path))) {
                        var ids = tokenizer.encode("ab a<s>A\u00e9", true);
                        tokenizer.decode(ids, false);
                        tokenizer.encodeLiterally("<s>");
                        for (var id : ids) {
                            tokenizer.bytes(id);
                        }
                    }
                });
    }

    private static void useAll(Path path) {
        var file = GgufFile.read(path);
        var metadata = file.metadata();
        var turn = file.tensors().size() + metadata.keys().size();
        for (var key : metadata.keys()) {
            attempt(key, USES.get(turn++ % USES.size()), metadata);
        }
        try (var arena = Arena.ofConfined()) {
            for (var tensor : file.tensors().values()) {
                attempt(
                        tensor.name(),
                        (data, name) -> {
                            var blocks = (int) (tensor.length() / tensor.type().blockBytes());
                            var target = new float[blocks * tensor.type().blockSize()];
                            tensor.decoder().decode(GgufFile.map(tensor, arena), 0, blocks, target, 0);
                        },
                        metadata);
            }
        }
    }

    private static void attempt(String name, BiConsumer<GgufMetadata, String> use, GgufMetadata metadata) {
        try {
            use.accept(metadata, name);
        } catch (ModelException e) {
            assertThat(e).hasMessageContaining(name);
        }
    }
}
