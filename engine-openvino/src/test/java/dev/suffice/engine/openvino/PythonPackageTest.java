package dev.suffice.engine.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.util.RestoreSystemProperties;

@RestoreSystemProperties
@EnabledOnOs({OS.LINUX, OS.MAC}) // the pretended Python is a shell script
class PythonPackageTest {
    private static final String PROPERTY = "suffice.python";

    @TempDir
    Path folder;

    @Test
    void isAskedOnce() throws IOException {
        python("echo asked >> '%s'; echo /opt/packages/openvino".formatted(folder.resolve("asked")));
        assertThat(PythonPackage.folder()).contains(Path.of("/opt/packages/openvino"));
        assertThat(PythonPackage.folder()).contains(Path.of("/opt/packages/openvino"));
        assertThat(folder.resolve("asked")).hasContent("asked");
    }

    @Test
    void thereNeedNotBeOne() throws IOException {
        python("echo");
        assertThat(PythonPackage.folder()).isEmpty();
    }

    @Test
    void aPythonThatFailsHasNone() throws IOException {
        python("echo /opt/packages/openvino; exit 3");
        assertThat(PythonPackage.folder()).isEmpty();
    }

    @Test
    void thereNeedNotBeAPython() {
        System.setProperty(PROPERTY, folder.resolve("none").toString());
        assertThat(PythonPackage.folder()).isEmpty();
    }

    private void python(String does) throws IOException {
        var script = Files.writeString(folder.resolve("python3"), "#!/bin/sh\n" + does + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        System.setProperty(PROPERTY, script.toString());
    }
}
