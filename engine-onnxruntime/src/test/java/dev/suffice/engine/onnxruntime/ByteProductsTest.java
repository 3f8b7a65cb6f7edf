package dev.suffice.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.suffice.engine.GraphContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ByteProductsTest {
    @AfterEach
    void clear() {
        System.clearProperty(ByteProducts.FORCED);
    }

    private static GraphContent model(String operators) {
        return new GraphContent.OnnxBytes(
                ByteBuffer.wrap(operators.getBytes(StandardCharsets.US_ASCII)), Optional.empty());
    }

    @Test
    void onlyGraphsWithSuchProductsAreChanged() {
        System.setProperty(ByteProducts.FORCED, "true");
        assertThat(ByteProducts.unsigned(model("...MatMulIntegerToFloat..."))).isTrue();
        assertThat(ByteProducts.unsigned(model("QAttention"))).isTrue();
        assertThat(ByteProducts.unsigned(new GraphContent.OnnxFile(Path.of("any.onnx"))))
                .isTrue();
        assertThat(ByteProducts.unsigned(model("MatMul, Attention, MatMulNBits, QuantizeLinear")))
                .isFalse();
        assertThat(ByteProducts.unsigned(model(""))).isFalse();
        assertThat(ByteProducts.unsigned(model("QAttentio"))).isFalse();
    }

    @Test
    void processorsWithVnniKeepSignedNumbers() throws IOException {
        var told = Path.of("/proc/cpuinfo");
        assumeTrue(Files.isReadable(told) && Files.readString(told).contains("vnni"), "no x86 processor with VNNI");
        assertThat(ByteProducts.unsigned(model("QAttention"))).isFalse();
    }
}
