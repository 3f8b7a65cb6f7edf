package dev.suffice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.SessionOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComputePrecisionTest {
    private final SessionOptions options =
            SessionOptions.defaults().withThreads(3).withProperties(Map.of("PERFORMANCE_HINT", "LATENCY"));

    @Test
    void singlePrecisionAsksForNothing() {
        assertThat(ComputePrecision.of("float32", "onnxruntime", options)).isEqualTo(options);
    }

    @Test
    void halfPrecisionIsAPropertyBesideTheOthers() {
        var half = ComputePrecision.of("bfloat16", "openvino", options);

        assertThat(half.threads()).isEqualTo(3);
        assertThat(half.properties())
                .containsOnly(Map.entry("PERFORMANCE_HINT", "LATENCY"), Map.entry("INFERENCE_PRECISION_HINT", "bf16"));
    }

    @Test
    void whatDoesNotGoIsSaid() {
        assertThatThrownBy(() -> ComputePrecision.of("bfloat16", "auto", options))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("precision bfloat16: only the engine openvino has it; choose it with --engine openvino");
        assertThatThrownBy(() -> ComputePrecision.of("int4", "openvino", options))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("precision int4: must be float32 or bfloat16");
    }
}
