package dev.suffice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.bench.Interval;
import dev.suffice.core.InvalidRequestException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramsTest {
    private static final Path HOME = Path.of("home");

    @Test
    void eachPeerHasItsOwnInterpreterOrTheCommonOne() {
        var programs = Programs.parse(HOME, List.of("common/python", "llama.cpp=other/python"), List.of(), 3);
        assertThat(programs.of("diffusers").command().getFirst()).isEqualTo("common/python");
        assertThat(programs.of("llama.cpp").command().getFirst()).isEqualTo("other/python");
        assertThat(programs.of("llama.cpp").command().get(1)).endsWith("bench/peers/peer_llama_cpp.py");
        assertThat(programs.of("diffusers").environment())
                .containsEntry("OMP_NUM_THREADS", "3")
                .containsEntry("HF_HUB_OFFLINE", "1");
    }

    @Test
    void unknownPeersAreRefused() {
        assertThatThrownBy(() -> Programs.parse(HOME, List.of("pytorch=python"), List.of(), 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "--python pytorch=python: pytorch is no peer; there are diffusers, llama.cpp, onnxruntime, openvino-genai, openvino-genai-f32, optimum-intel, transformers");
        assertThatThrownBy(() -> Programs.parse(HOME, List.of(), List.of("djl"), 1))
                .hasMessage("--jars djl: must be a peer's name, =, and a folder");
    }

    @Test
    void peersInJavaAreAbsentWithoutTheirJars() {
        assertThat(Programs.parse(HOME, List.of(), List.of(), 1).absent("djl"))
                .isEqualTo(
                        "djl: not installed: its jars are not given; bench/peers/README.md says how they are fetched (--jars djl=DIR)");
        assertThat(Programs.parse(HOME, List.of(), List.of("djl=target"), 1).absent("djl"))
                .isEmpty();
    }

    @Test
    void classPathsAreShort() {
        assertThat(Programs.classPath("a/x.jar:b/y.jar:b/z.jar:c/classes".replace(':', java.io.File.pathSeparatorChar)))
                .isEqualTo("a/*:b/*:c/classes".replace(':', java.io.File.pathSeparatorChar));
    }

    @Test
    void aimsAreJudgedByTheValueAndTheSpreadIsSaid() {
        assertThat(new Target("t", 1.35, true, new Interval(1.3, 1.25, 1.34)).verdict())
                .isEqualTo("met");
        assertThat(new Target("t", 1.35, true, new Interval(1.3, 1.25, 1.4)).verdict())
                .isEqualTo("met, within the spread");
        assertThat(new Target("t", 4, false, new Interval(3.5, 3.4, 3.6)).verdict())
                .isEqualTo("not met");
        assertThat(new Target("t", 4, false, new Interval(3.9, 3.4, 4.6)).row())
                .isEqualTo("| t | >= 4.0 | 3.90 (3.40 to 4.60) | not met, within the spread |");
    }
}
