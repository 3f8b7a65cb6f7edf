package dev.suffice.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.Progress;
import dev.suffice.core.SufficeException;
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
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC}) // the pretended Python is a shell script
class PackagedLibraryTest {
    private static final PackagedLibrary FAST = new PackagedLibrary("engine fast", "fast==1.0", "fast/libs/");
    private static final String RECORD = "fast-1.0.dist-info/RECORD";

    @TempDir
    Path folder;

    @Test
    void takesTheLibrariesOutAndNothingElse() throws IOException {
        var files = new LinkedHashMap<String, String>();
        files.put("fast/__init__.py", "import this");
        files.put("fast/libs/libfast.so.1", "machine code");
        files.put("fast/libs/libhelp.so", "more of it");
        files.put("fast/libs/below/deep.so", "not this");
        wheel(files, records(files));
        Files.createDirectories(target());
        Files.writeString(target().resolve("old.so"), "of an earlier version");
        assertThat(install("fast-1.0-py3-none-any.whl")).isEqualTo("machine code".length() + "more of it".length());
        assertThat(target().resolve("libfast.so.1")).hasContent("machine code");
        assertThat(target()).isDirectoryNotContaining("glob:**{old,deep,__init__}*");
        assertThat(target().getParent()).isDirectoryNotContaining("glob:**/.{fetching,new}*");
    }

    @Test
    void refusesWhatIsNotAsThePackageRecordsIt() throws IOException {
        var files = Map.of("fast/libs/libfast.so", "machine code");
        wheel(files, records(Map.of("fast/libs/libfast.so", "other code")));
        refused(
                "fast-1.0-py3-none-any.whl",
                "engine fast: package fast-1.0-py3-none-any.whl has libfast.so with another hash than it records");
        wheel(files, "");
        refused(
                "fast-1.0-py3-none-any.whl",
                "engine fast: package fast-1.0-py3-none-any.whl has libfast.so with another hash than it records");
    }

    @Test
    void refusesPackagesWithoutLibraries() throws IOException {
        wheel(Map.of("fast/__init__.py", "import this"), "");
        refused(
                "fast-1.0-py3-none-any.whl",
                "engine fast: package fast-1.0-py3-none-any.whl has no libraries in fast/libs/");
        refused(
                "fast-1.0.tar.gz",
                "engine fast: package fast-1.0.tar.gz is no wheel: it has no libraries for this system");
        Files.writeString(folder.resolve("package"), "no archive");
        refused("fast-1.0-py3-none-any.whl", "engine fast: package fast-1.0-py3-none-any.whl is damaged");
    }

    @Test
    void refusesNamesThatLeadElsewhere() throws IOException {
        var files = Map.of("fast/libs/..", "outside");
        wheel(files, records(files));
        refused(
                "fast-1.0-py3-none-any.whl",
                "package fast-1.0-py3-none-any.whl: file name ..: must be a path inside its folder");
    }

    @Test
    void keepsWhatIsThereWhenItFails() throws IOException {
        Files.createDirectories(target());
        Files.writeString(target().resolve("libfast.so"), "of an earlier version");
        wheel(Map.of("fast/libs/libfast.so", "machine code"), "");
        refused("fast-1.0-py3-none-any.whl", "engine fast: ");
        assertThat(target().resolve("libfast.so")).hasContent("of an earlier version");
    }

    private Path target() {
        return folder.resolve("cache/engines/fast");
    }

    private void refused(String archive, String message) {
        assertThatThrownBy(() -> install(archive))
                .isInstanceOf(SufficeException.class)
                .hasMessageStartingWith(message);
    }

    private long install(String archive) throws IOException {
        var script = Files.writeString(folder.resolve("python3"), """
                #!/bin/sh
                for argument do
                    if [ "$previous" = --dest ]; then target=$argument; fi
                    previous=$argument
                done
                cp '%s' "$target/%s"
                """.formatted(folder.resolve("package"), archive));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return FAST.install(
                new PipDownload(List.of(script.toString())), target(), new Cancellation(), Progress.silent());
    }

    private void wheel(Map<String, String> files, String record) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("package")))) {
            for (var entry : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
            zip.putNextEntry(new ZipEntry(RECORD));
            zip.write(record.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String records(Map<String, String> files) {
        var record = new StringBuilder();
        files.forEach((name, content) -> {
            var bytes = content.getBytes(StandardCharsets.UTF_8);
            var hash = HexFormat.of().parseHex(TestHub.sha256(bytes));
            record.append("%s,sha256=%s,%d%n"
                    .formatted(name, Base64.getUrlEncoder().withoutPadding().encodeToString(hash), bytes.length));
        });
        return record.toString();
    }
}
