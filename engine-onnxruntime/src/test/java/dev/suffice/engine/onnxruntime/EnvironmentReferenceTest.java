package dev.suffice.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.contract.EngineContract;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentReferenceTest {
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path folder;

    /** Computes until its process is ended. */
    static final class Computing {
        private Computing() {}

        public static void main(String[] arguments) throws IOException {
            try (var stream = Objects.requireNonNull(EngineContract.class.getResourceAsStream("matmul.onnx"));
                    var session = new OnnxRuntimeEngine()
                            .open(
                                    Graph.exported(
                                            "matmul",
                                            new GraphContent.OnnxBytes(
                                                    ByteBuffer.wrap(stream.readAllBytes()), Optional.empty())),
                                    SessionOptions.defaults());
                    var x = Tensor.of(new float[6], Shape.of(2, 3))) {
                for (long i = 0; ; i++) {
                    session.run(Map.of("x", x), List.of("y")).values().forEach(Tensor::close);
                    if (i == 100) {
                        System.out.println("computing");
                    }
                }
            }
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aProcessThatIsEndedWhileItComputesDiesOfTheSignal() throws IOException, InterruptedException {
        var process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path")
                                + File.pathSeparator
                                + System.getProperty("jdk.module.path", ""),
                        Computing.class.getName()))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(reader.readLine()).isEqualTo("computing");
            process.toHandle().destroy(); // leaves its output open
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
            assertThat(process.exitValue())
                    .as(String.join("\n", reader.lines().toList()))
                    .isEqualTo(TERMINATED);
        } finally {
            process.destroyForcibly();
        }
        assertThat(folder).isEmptyDirectory();
    }
}
