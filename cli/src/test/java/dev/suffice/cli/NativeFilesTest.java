package dev.suffice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.cli.NativeFiles.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFilesTest {
    private static final Platform LINUX =
            new Platform("linux-x64", List.of("libonnxruntime.so", "libonnxruntime4j_jni.so"));

    @TempDir
    Path cache;

    @Test
    void platformsAreNamedAsTheLibraryNamesThem() {
        assertThat(NativeFiles.platform("Linux", "amd64")).isEqualTo(LINUX);
        assertThat(NativeFiles.platform("Mac OS X", "aarch64"))
                .isEqualTo(new Platform("osx-aarch64", List.of("libonnxruntime.dylib", "libonnxruntime4j_jni.dylib")));
        assertThat(NativeFiles.platform("Windows 11", "amd64"))
                .isEqualTo(new Platform("win-x64", List.of("onnxruntime.dll", "onnxruntime4j_jni.dll")));
    }

    @Test
    void filesAreUnpackedOnceAndMendedWhenTheyAreDamaged() throws IOException {
        var folder = NativeFiles.unpacked(LINUX, cache).orElseThrow();
        assertThat(folder.getParent()).isEqualTo(cache.resolve("native").toAbsolutePath());
        var library = folder.resolve("libonnxruntime.so");
        var size = Files.size(library);
        assertThat(size).isGreaterThan(1 << 20);
        var written = Files.getLastModifiedTime(library);

        assertThat(NativeFiles.unpacked(LINUX, cache)).contains(folder);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(written);

        Files.writeString(library, "cut off");
        NativeFiles.unpacked(LINUX, cache);
        assertThat(Files.size(library)).isEqualTo(size);
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void aPlatformThatTheLibraryDoesNotHaveIsLeftToIt() throws IOException {
        assertThat(NativeFiles.unpacked(new Platform("amiga-m68k", List.of("onnxruntime.library")), cache))
                .isEmpty();
        assertThat(cache).isEmptyDirectory();
    }
}
