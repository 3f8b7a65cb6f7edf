package dev.suffice.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TelemetryTest {
    /** Opens the library in a process of its own. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] arguments) throws Throwable {
            OnnxRuntimeEngine.environment();
            var linker = Linker.nativeLinker();
            var getenv = linker.downcallHandle(
                    linker.defaultLookup().find("getenv").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            try (var arena = java.lang.foreign.Arena.ofConfined()) {
                for (var name : Telemetry.SWITCHES) {
                    var value = (MemorySegment) getenv.invokeExact(arena.allocateFrom(name));
                    System.out.println(value.reinterpret(Long.MAX_VALUE).getString(0));
                }
            }
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void reportsAreOffAndALongCommandLineIsNoTrouble() throws IOException, InterruptedException {
        var builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path")
                        + java.io.File.pathSeparator
                        + System.getProperty("jdk.module.path", ""),
                Opening.class.getName(),
                "The castle stood on a hill above the river. ".repeat(1000)));
        // With these the library is silent by itself.
        List.of("CI", "GITHUB_ACTIONS", "TF_BUILD", "JENKINS_URL").forEach(builder.environment()::remove);
        Telemetry.SWITCHES.forEach(builder.environment()::remove);
        var process = builder.redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines()).containsExactly("1", "1");
    }
}
