package dev.suffice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
    @TempDir
    Path folder;

    @Test
    void replacesTheOldTextAndLeavesNothingElse() throws IOException {
        var file = folder.resolve("a/b/text.json");
        TextFile.write(file, "old and longer");
        TextFile.write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(file.getParent()).isDirectoryContaining(file::equals);
        try (var files = Files.list(file.getParent())) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void keepsWhatIsThereIfItCannotBeReplaced() throws IOException {
        var file = folder.resolve("text.json");
        Files.createDirectories(file.resolve("inside"));
        assertThatThrownBy(() -> TextFile.write(file, "new")).isInstanceOf(IOException.class);
        assertThat(file).isDirectory();
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
