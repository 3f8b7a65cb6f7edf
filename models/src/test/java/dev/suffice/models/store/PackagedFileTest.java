package dev.suffice.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackagedFileTest {
    // of the bytes "weights"
    private static final String HASH = "9cdf4ef3da0b6b6b1d4e4a6c4ad5c5a3a26c9b3d7f3c7b9a58d7d1a1f7c1c0de";

    @TempDir
    Path folder;

    @Test
    void isUnpackedOnce() throws Exception {
        var hash = hash();
        try (var loader = library("weights")) {
            var file = new PackagedFile("some:library", "model.onnx", hash).unpack(loader, folder.resolve("cache"));
            assertThat(file).hasContent("weights").hasFileName("model.onnx");
            Files.delete(folder.resolve("library/model.onnx"));
            assertThat(new PackagedFile("some:library", "model.onnx", hash).unpack(loader, folder.resolve("cache")))
                    .isEqualTo(file);
            assertThat(file.getParent()).isDirectoryNotContaining("glob:**.part");
        }
    }

    @Test
    void isRefusedWhenItIsAnotherFile() throws Exception {
        try (var loader = library("weights")) {
            var file = new PackagedFile("some:library", "model.onnx", HASH);
            assertThatThrownBy(() -> file.unpack(loader, folder.resolve("cache")))
                    .isInstanceOf(SufficeException.class)
                    .hasMessage(
                            "file model.onnx in some:library has SHA-256 %s: expected %s; use the version of the library that the model names",
                            hash(), HASH);
            assertThat(folder.resolve("cache/files/" + HASH)).isEmptyDirectory();
        }
    }

    @Test
    void saysWhichLibraryIsMissing() throws Exception {
        try (var loader = library("weights")) {
            var file = new PackagedFile("some:library", "other.onnx", HASH);
            assertThatThrownBy(() -> file.unpack(loader, folder.resolve("cache")))
                    .hasMessage("file other.onnx is not on the class path: add the dependency some:library");
        }
    }

    private URLClassLoader library(String content) throws IOException {
        var library = Files.createDirectories(folder.resolve("library"));
        Files.writeString(library.resolve("model.onnx"), content);
        return new URLClassLoader(new URL[] {library.toUri().toURL()}, null);
    }

    private static String hash() throws Exception {
        var digest = java.security.MessageDigest.getInstance("SHA-256");
        return java.util.HexFormat.of()
                .formatHex(digest.digest("weights".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
}
