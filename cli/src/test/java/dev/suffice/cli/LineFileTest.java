package dev.suffice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFileTest {
    @TempDir
    Path folder;

    @Test
    void linesAreGivenAsTheyAreAndPromptsWithoutBlankOnes() throws IOException {
        var file = Files.writeString(folder.resolve("prompts.txt"), "a sofa\n\n a lamp\r\n \t\neine S\u00e4ule");
        assertThat(LineFile.read("texts", file)).containsExactly("a sofa", "", " a lamp", " \t", "eine S\u00e4ule");
        assertThat(LineFile.prompts(file, "some")).containsExactly("a sofa", " a lamp", "eine S\u00e4ule");
    }

    @Test
    void whatCannotBeReadIsNamed() throws IOException {
        var blank = Files.writeString(folder.resolve("blank"), "\n \n");
        refused(blank, "prompts %s: has none; give some thousand, one a line".formatted(blank));
        var binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xC3, 0x28});
        refused(binary, "prompts %s: is not UTF-8 text; convert it".formatted(binary));
        var none = folder.resolve("none");
        refused(none, "prompts %s: no such file".formatted(none));
        refused(folder, "prompts %s: cannot be read: Is a directory".formatted(folder));
        var large = folder.resolve("large");
        try (var file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
            file.setLength((1L << 30) + 1);
        }
        refused(large, "prompts %s: 1073741825 bytes, at most 1073741824; split it".formatted(large));
    }

    private static void refused(Path file, String message) {
        assertThatThrownBy(() -> LineFile.prompts(file, "some thousand"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }
}
