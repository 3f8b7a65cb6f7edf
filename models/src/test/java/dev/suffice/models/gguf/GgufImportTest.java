package dev.suffice.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of single keys and tensors; whole models are compared in module language. */
class GgufImportTest {
    @TempDir
    private Path folder;

    /** Two heads of 8 for queries, one for keys. */
    private static GgufWriter model(String architecture) {
        return new GgufWriter()
                .text("general.architecture", architecture)
                .whole(architecture + ".block_count", 4)
                .whole(architecture + ".embedding_length", 16)
                .whole(architecture + ".feed_forward_length", 32)
                .whole(architecture + ".attention.head_count", 2)
                .whole(architecture + ".attention.head_count_kv", 1)
                .tensor("output_norm.weight", GgufType.F32, Shape.of(16), numbers(16))
                .tensor("token_embd.weight", GgufType.F32, Shape.of(4, 16), new byte[4 * 16 * 4]);
    }

    private Config imported(GgufWriter writer) throws IOException {
        GgufImport.write(GgufFile.read(writer.write(folder.resolve("model.gguf"))), folder.resolve("out"));
        return Config.read(folder.resolve("out").resolve("config.json"));
    }

    private static byte[] numbers(int count) {
        var bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putFloat(i);
        }
        return bytes.array();
    }

    private float[] vector(String name) {
        var tensor = Weights.open(folder.resolve("out")).find(name).orElseThrow();
        try (var arena = Arena.ofConfined()) {
            return SafetensorsFile.map(tensor, arena)
                    .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
        }
    }

    @Test
    void aWindowOfNothingIsNone() throws IOException {
        assertThat(imported(model("phi3").whole("phi3.attention.sliding_window", 0))
                        .find("sliding_window"))
                .isEmpty();
        assertThat(imported(model("phi3").whole("phi3.attention.sliding_window", 9))
                        .size("sliding_window"))
                .isEqualTo(9);
    }

    @Test
    void gemmaHasItsPatternItsLocalPositionsAndItsCap() throws IOException {
        var usual = imported(model("gemma3").whole("gemma3.attention.sliding_window", 8));
        assertThat(usual.size("sliding_window_pattern")).isEqualTo(6);
        assertThat(usual.number("rope_local_base_freq", 0)).isEqualTo(10_000);
        assertThat(usual.find("final_logit_softcapping")).isEmpty();
        var other = imported(model("gemma3")
                .whole("gemma3.attention.sliding_window", 8)
                .whole("gemma3.attention.sliding_window_pattern", 3)
                .number("gemma3.rope.freq_base_swa", 5000)
                .number("gemma3.final_logit_softcapping", 30));
        assertThat(other.size("sliding_window_pattern")).isEqualTo(3);
        assertThat(other.number("rope_local_base_freq", 0)).isEqualTo(5000);
        assertThat(other.number("final_logit_softcapping", 0)).isEqualTo(30);
    }

    @Test
    void yarnHasItsBetas() throws IOException {
        var yarn = model("qwen3")
                .text("qwen3.rope.scaling.type", "yarn")
                .number("qwen3.rope.scaling.factor", 4)
                .whole("qwen3.rope.scaling.original_context_length", 1024)
                .number("qwen3.rope.scaling.yarn_beta_fast", 16);
        var scaling = imported(yarn).json().path("rope_scaling");
        assertThat(scaling.path("rope_type").stringValue()).isEqualTo("yarn");
        assertThat(scaling.path("factor").doubleValue()).isEqualTo(4);
        assertThat(scaling.path("original_max_position_embeddings").intValue()).isEqualTo(1024);
        assertThat(scaling.path("beta_fast").doubleValue()).isEqualTo(16);
        assertThat(scaling.has("beta_slow")).isFalse();
    }

    @Test
    void theTurnedPartOfAHeadSurvivesItsFraction() throws IOException {
        // 44 (30 / 44) is less than 30 in double precision.
        var config =
                imported(model("phi3").whole("phi3.attention.key_length", 44).whole("phi3.rope.dimension_count", 30));
        assertThat((int) (44 * config.number("partial_rotary_factor", 1))).isEqualTo(30);
    }

    @Test
    void biasesOfQueriesAndKeysAreInTheOrderOfTheirRows() throws IOException {
        imported(model("llama")
                .tensor("blk.0.attn_q.bias", GgufType.F32, Shape.of(16), numbers(16))
                .tensor("blk.0.attn_v.bias", GgufType.F32, Shape.of(8), numbers(8)));
        assertThat(vector("model.layers.0.self_attn.q_proj.bias"))
                .containsExactly(0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15);
        assertThat(vector("model.layers.0.self_attn.v_proj.bias")).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        imported(model("qwen2").tensor("blk.0.attn_k.bias", GgufType.F32, Shape.of(8), numbers(8)));
        assertThat(vector("model.layers.0.self_attn.k_proj.bias")).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void whatIsQuantisedIsNotQuantisedAgain() throws IOException {
        var file = GgufFile.read(model("llama")
                .tensor("output.weight", GgufType.Q4_0, Shape.of(4, 32), new byte[4 * 18])
                .write(folder.resolve("model.gguf")));
        assertThatThrownBy(() ->
                        GgufImport.quantise(file, folder.resolve("out"), new BlockFormat(8, 32), new Cancellation()))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        "%s: tensor output.weight: Q4_0: is quantised already; take the model with its original weights, in F32, F16 or BF16"
                                .formatted(file.path()));
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
