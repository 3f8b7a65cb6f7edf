package dev.suffice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.util.RestoreSystemProperties;
import tools.jackson.databind.json.JsonMapper;

class CommandLineTest {
    private static final Path TINY = Path.of("../models/src/test/resources/goldens/ldm3d/tiny-ldm3d-4c");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void imaginesAndPrintsOneJsonObject() throws IOException {
        assertThat(imagine("a red sofa", "--steps", "3", "--seed", "7", "--count", "2", "--json"))
                .isZero();
        var report = JsonMapper.shared().readTree(out.toString());
        assertThat(report.path("images").size()).isEqualTo(2);
        var image = report.path("images").get(1);
        assertThat(image.path("seed").asLong()).isEqualTo(8);
        assertThat(image.path("steps").asInt()).isEqualTo(3);
        assertThat(image.path("compute").path("stages").size()).isPositive();
        for (var key : List.of("rgb", "depth", "sidecar")) {
            assertThat(Path.of(image.path(key).asString())).exists();
        }
        assertThat(err.toString()).isEmpty();
        assertThat(folder.resolve("out")).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void saysInOneLineWhatWasSaved() {
        assertThat(imagine("a red sofa", "--steps", "5", "--seed", "7")).isZero();
        assertThat(out.toString())
                .contains(folder.resolve("out/a-red-sofa-7.png").toString())
                .contains("10 U-Net passes of 100 (50 steps with guidance)")
                .contains("of the computation saved");
    }

    @Test
    void startsFromAnImage() {
        assertThat(imagine("a red sofa", "--steps", "2", "--seed", "7")).isZero();
        var first = folder.resolve("out/a-red-sofa-7.png").toString();
        assertThat(imagine("a blue sofa", "--steps", "4", "--init", first, "--strength", "0.5", "--seed", "1"))
                .isZero();
        assertThat(folder.resolve("out/a-blue-sofa-1-depth.png")).exists();
    }

    @Test
    void wrongUsageIsExitCodeTwoWithTheRemedy() {
        wrong("suffice: steps 0: must be at least 1 and at most the model's training timesteps", "--steps", "0");
        wrong("suffice: steps 1001: must be between 1 and 1000 (the model's training timesteps)", "--steps", "1001");
        wrong("suffice: steps many: must be auto or a whole number", "--steps", "many");
        wrong("suffice: guidance scale NaN: must be >= 1 (1 = no guidance)", "--guidance", "NaN");
        wrong("suffice: policy rule fast: unknown; must be auto, none, or some of converge, skip", "--policy", "fast");
        wrong("suffice: size 15x15: width and height must be multiples of 2", "--size", "15x15");
        wrong("suffice: scheduler \"eulr\": unknown; must be one of ddim, ddpm", "--scheduler", "eulr");
        wrong("suffice: engine abacus: not installed; installed: onnxruntime", "--engine", "abacus");
        wrong("suffice: precision int4: must be float32 or bfloat16", "--precision", "int4");
        wrong(
                "suffice: image %s: no such file".formatted(folder.resolve("none.png")),
                "--init",
                folder.resolve("none.png").toString());
        wrong("suffice: Unknown options: '--stepz', '3'", "--stepz", "3");
        assertThat(run("imagine")).isEqualTo(2);
        assertThat(run("imagine", "sofa", "--model", "nothing")).isEqualTo(2);
        assertThat(err.toString())
                .contains("suffice: model nothing: no such folder, and no bundled model of that name");
        assertThat(run()).isEqualTo(2);
        assertThat(folder.resolve("out")).isEmptyDirectory();
    }

    @Test
    void failuresAreExitCodeOne() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "x");
        assertThat(run(
                        "imagine",
                        "sofa",
                        "--model",
                        TINY.toString(),
                        "--out",
                        file.resolve("out").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).startsWith("suffice: output folder").contains("choose another with --out");
        assertThat(run(
                        "imagine",
                        "sofa",
                        "--model",
                        folder.toString(),
                        "--out",
                        folder.resolve("out").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("model_index.json: no such file");
    }

    @Test
    @RestoreSystemProperties
    void saysHowToGetAnEngineThatIsNotThere() {
        System.setProperty("suffice.openvino", folder.resolve("none").toString());
        assertThat(run("engines")).isZero();
        assertThat(out.toString())
                .contains("openvino       not available: no OpenVINO library in ")
                .contains("./suffice engines install openvino");
        assertThat(run("imagine", "a sofa", "--engine", "openvino")).isEqualTo(1);
        assertThat(err.toString()).contains("engine openvino: no OpenVINO library in ");
        assertThat(run("doctor")).as("it is not needed").isZero();
        assertThat(run("imagine", "a sofa", "--engine", "abacus")).isEqualTo(2);
        assertThat(err.toString()).contains("engine abacus: not installed; installed: onnxruntime, openvino");
        assertThat(run("engines", "install", "onnxruntime")).isEqualTo(2);
        assertThat(err.toString()).contains("those that can be installed: openvino");
    }

    @Test
    void listsEnginesAndModels() {
        assertThat(run("engines", "--json")).isZero();
        assertThat(JsonMapper.shared()
                        .readTree(out.toString())
                        .path("engines")
                        .get(0)
                        .path("available")
                        .asBoolean())
                .isTrue();
        assertThat(run("models", "info", TINY.toString())).isZero();
        assertThat(out.toString()).contains("StableDiffusionLDM3DPipeline").contains("unet");
        assertThat(run("models", "list")).isZero();
        assertThat(run("models")).isEqualTo(2);
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("imagine");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void anInterruptLeavesNothingHalfWritten() throws Exception {
        var out = folder.resolve("interrupted");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), "imagine", "a sofa", "--model", TINY.toString()));
        command.addAll(List.of("--steps", "1000", "--scheduler", "heun", "--count", "64", "--out", out.toString()));
        var log = folder.resolve("log");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        for (int i = 0; i < 600 && !Files.isDirectory(out) && process.isAlive(); i++) {
            Thread.sleep(50);
        }
        try {
            assertThat(out).isDirectory(); // the run has begun
            Thread.sleep(1500);
            // not INT, which a process started in the background of a script ignores; both run the same way out
            new ProcessBuilder("kill", "-TERM", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(130);
            assertThat(out).isEmptyDirectory();
        } finally {
            process.destroyForcibly();
        }
    }

    private void wrong(String message, String... options) {
        err.getBuffer().setLength(0);
        assertThat(imagine("a red sofa", options)).as(message).isEqualTo(2);
        assertThat(err.toString()).startsWith(message);
    }

    private int imagine(String prompt, String... options) {
        var all = new ArrayList<>(List.of("imagine", prompt, "--model", TINY.toString(), "--threads", "1"));
        all.addAll(List.of("--out", folder.resolve("out").toString()));
        all.addAll(List.of(options));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }
}
