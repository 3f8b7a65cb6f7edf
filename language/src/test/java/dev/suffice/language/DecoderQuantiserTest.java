package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.decoder.DecoderQuantiser;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.safetensors.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model becomes with fewer bits, and how far that is from the model. */
class DecoderQuantiserTest {
    @TempDir
    private Path folder;

    private static Path source(String name) {
        return TestModels.folder().resolve(name);
    }

    private LanguageModel open(Path path) {
        return LanguageModel.open(
                path,
                path.toString(),
                folder.resolve("cache"),
                OptionalInt.of(256),
                Engines.named("onnxruntime"),
                SessionOptions.defaults().withThreads(1));
    }

    private ModelDivergence divergence(String name, BlockFormat format) {
        var out = folder.resolve("%s-%d-%d".formatted(name, format.bits(), format.block()));
        DecoderQuantiser.write(source(name), out, format, new Cancellation());
        try (var original = open(source(name));
                var quantised = open(out)) {
            return ModelDivergence.of(original, quantised, "The quick brown fox\njumps over it.", new Cancellation());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "qwen3", "gemma3", "llama-rope3"})
    void moreBitsAreNearerToTheModel(String name) {
        var eight = divergence(name, new BlockFormat(8, 32));
        var four = divergence(name, new BlockFormat(4, 32));
        assertThat(eight.meanKl()).isPositive().isLessThan(0.01).isLessThan(four.meanKl() / 10);
        assertThat(eight.maxKl()).isGreaterThanOrEqualTo(eight.meanKl());
        assertThat(eight.agreement()).isGreaterThanOrEqualTo(0.9).isGreaterThanOrEqualTo(four.agreement());
        assertThat(four.agreement()).isGreaterThan(0.3);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 256})
    void aRowMayBeOneBlock(int block) {
        assertThat(divergence("qwen2", new BlockFormat(8, block)).meanKl())
                .isPositive()
                .isLessThan(0.02);
    }

    @Test
    void aModelDoesNotDifferFromItself() {
        try (var one = open(source("qwen2"));
                var two = open(source("qwen2"))) {
            var none = ModelDivergence.of(one, two, "The quick brown fox", new Cancellation());
            assertThat(none.meanKl()).isLessThan(1e-9);
            assertThat(none.agreement()).isEqualTo(1);
            assertThat(none.tokens()).isEqualTo(one.prompt("The quick brown fox").length);
        }
    }

    @Test
    void divergenceIsThatOfTheDefinition() {
        // p = 1/2, 1/4, 1/4 and q = 1/4, 1/4, 1/2: 1/2 ln 2 - 1/4 ln 2.
        var p = new float[] {(float) Math.log(2), 0, 0};
        var q = new float[] {3, 3, 3 + (float) Math.log(2)};
        assertThat(ModelDivergence.divergence(p, q)).isCloseTo(Math.log(2) / 4, within(1e-6));
    }

    @Test
    void blocksThatDoNotDivideARowAreMadeSmaller() throws IOException {
        DecoderQuantiser.write(source("qwen2"), folder.resolve("out"), new BlockFormat(4, 128), new Cancellation());
        var weights = Weights.open(folder.resolve("out"));
        // Rows of 64 and of 160 = 5 x 32 numbers.
        assertThat(weights.find("model.layers.0.mlp.up_proj.scales")
                        .orElseThrow()
                        .shape())
                .isEqualTo(Shape.of(160, 1));
        assertThat(weights.find("model.layers.0.mlp.down_proj.scales")
                        .orElseThrow()
                        .shape())
                .isEqualTo(Shape.of(64, 5));
        assertThat(weights.find("model.layers.0.mlp.down_proj.qweight")
                        .orElseThrow()
                        .shape())
                .isEqualTo(Shape.of(64, 5, 16));
        assertThat(weights.contains("model.layers.0.mlp.down_proj.weight")).isFalse();
        // The embedding, which is the head too, has 8 bits.
        assertThat(weights.find("model.embed_tokens.qweight").orElseThrow().shape())
                .isEqualTo(Shape.of(600, 1, 64));
        assertThat(weights.find("model.norm.weight").orElseThrow().length()).isEqualTo(4 * 64);
        assertThat(folder.resolve("out").resolve("tokenizer.json"))
                .hasSameBinaryContentAs(source("qwen2").resolve("tokenizer.json"));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("out"));
        }
        assertThat(new BlockFormat(8, 32).fitting(96)).isEqualTo(new BlockFormat(8, 32));
        assertThat(new BlockFormat(8, 256).fitting(96)).isEqualTo(new BlockFormat(8, 32));
        assertThat(new BlockFormat(8, 256).fitting(40)).isEqualTo(new BlockFormat(8, 16));
    }

    @Test
    void whatIsQuantisedStaysSo() {
        var once = folder.resolve("once");
        DecoderQuantiser.write(source("qwen3"), once, new BlockFormat(8, 32), new Cancellation());
        assertThatThrownBy(() -> DecoderQuantiser.write(
                        once, folder.resolve("twice"), new BlockFormat(4, 32), new Cancellation()))
                .isInstanceOf(ModelException.class)
                .hasMessage("%s: is quantised already; take the model with its original weights".formatted(once));
        assertThat(folder.resolve("twice")).doesNotExist();
    }

    @Test
    void whereItCannotGoIsSaid() throws IOException {
        var full = Files.createDirectory(folder.resolve("full"));
        var file = Files.writeString(full.resolve("mine.txt"), "mine");
        assertThatThrownBy(
                        () -> DecoderQuantiser.write(source("qwen2"), full, new BlockFormat(4, 32), new Cancellation()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("folder %s: is there already; name one that is not, or is empty".formatted(full));
        assertThat(file).hasContent("mine");
        var inside = file.resolve("out");
        assertThatThrownBy(() ->
                        DecoderQuantiser.write(source("qwen2"), inside, new BlockFormat(4, 32), new Cancellation()))
                .isInstanceOf(SufficeException.class)
                .hasMessageStartingWith("folder %s: cannot be written (".formatted(inside));
        var empty = Files.createDirectory(folder.resolve("empty"));
        DecoderQuantiser.write(source("qwen2"), empty, new BlockFormat(4, 32), new Cancellation());
        assertThat(empty.resolve("config.json")).isRegularFile();
    }

    @Test
    void nothingIsLeftWhenItIsCancelled() throws IOException {
        var cancellation = new Cancellation();
        cancellation.cancel();
        assertThatThrownBy(() -> DecoderQuantiser.write(
                        source("qwen2"), folder.resolve("out"), new BlockFormat(4, 32), cancellation))
                .isInstanceOf(CancelledException.class);
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
