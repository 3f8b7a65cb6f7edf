package dev.suffice.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code suffice serve}: what it refuses, and how it begins and ends. */
class ServeCommandTest {
    private static final String TINY = "../models/src/test/resources/goldens/ldm3d/tiny-ldm3d-4c";

    @TempDir
    Path folder;

    private record Ran(int code, String err) {}

    private Ran serve(String... options) {
        var out = new StringWriter();
        var err = new StringWriter();
        var arguments = new ArrayList<>(List.of("serve", "--gallery", folder.toString(), "--model", TINY));
        arguments.addAll(List.of(options));
        var code =
                Main.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments.toArray(String[]::new));
        return new Ran(code, err.toString().strip());
    }

    @Test
    void othersAreServedOnlyWithAKey() {
        assertThat(serve("--host", "0.0.0.0", "--api-key", ""))
                .isEqualTo(
                        new Ran(
                                2,
                                "suffice: host 0.0.0.0: others can reach it, so it needs an API key; give one with --api-key or in the environment variable SUFFICE_API_KEY, or serve on 127.0.0.1"));
    }

    @Test
    void whatIsOutOfRangeIsNamed() {
        assertThat(serve("--port", "70000")).isEqualTo(new Ran(2, "suffice: port 70000: must be between 0 and 65535"));
        assertThat(serve("--queue", "0")).isEqualTo(new Ran(2, "suffice: queue 0: must be between 1 and 10000"));
        assertThat(serve("--model", "../models/../" + TINY.substring(3)).err())
                .endsWith("there is another model called tiny-ldm3d-4c; rename its folder");
        assertThat(serve("--model", folder.toString()).code())
                .as("a folder that holds no model")
                .isEqualTo(1);
        assertThat(serve("--model", "nothing").code()).isEqualTo(2);
    }

    @Test
    void aPortInUseIsAFailure() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            var ran = serve("--port", Integer.toString(taken.getLocalPort()));
            assertThat(ran)
                    .isEqualTo(new Ran(
                            1,
                            "suffice: port %d of 127.0.0.1: cannot be used: Address already in use; choose another with --port (0: any free one)"
                                    .formatted(taken.getLocalPort())));
        }
    }

    @Test
    void saysWhenItIsReadyAndEndsWhenItIsToldTo() throws Exception {
        var builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        Main.class.getName(),
                        "serve",
                        "--json",
                        "--port",
                        "0",
                        "--model",
                        TINY,
                        "--gallery",
                        folder.toString())
                .redirectError(folder.resolve("err.txt").toFile());
        // in the environment: a long command line ends ONNX Runtime while it loads
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        var process = builder.start();
        var ready = JsonMapper.shared()
                .readTree(process.inputReader(StandardCharsets.UTF_8).readLine());
        assertThat(ready.path("images").intValue()).isZero();
        try (var health = URI.create(ready.path("page").asString())
                .resolve("/health")
                .toURL()
                .openStream()) {
            assertThat(new String(health.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"status\":\"ready\"");
        }
        process.destroy(); // as kill does, and Ctrl-C
        assertThat(process.waitFor()).isZero();
        assertThat(Files.readString(folder.resolve("err.txt")))
                .startsWith("Studio: http://127.0.0.1:")
                .endsWith("Stopping ...\n");
    }
}
