package dev.suffice.models.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.FileFuzzer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFuzzTest {
    @TempDir
    private Path folder;

    @Test
    void damagedFilesAreRefused() throws IOException {
        var file = folder.resolve("model.safetensors");
        new SafetensorsWriter()
                .metadata("format", "pt")
                .tensor("a.weight", Shape.of(2, 3), new float[6])
                .tensor("scalar", Shape.of(), new float[1])
                .tensor("empty", Shape.of(0, 5), new float[0])
                .tensor("b", ElementType.INT8, Shape.of(5), (first, buffer) -> buffer.position(buffer.limit()))
                .write(file);
        var several = Files.readAllBytes(file);
        new SafetensorsWriter().tensor("w", Shape.of(1), new float[1]).write(file);
        FileFuzzer.run(
                FileFuzzer.cases(20_000),
                FileFuzzer.FIXED_BYTES,
                List.of(several, Files.readAllBytes(file)),
                file,
                SafetensorsFuzzTest::useAll);
    }

    private static void useAll(Path path) {
        var file = SafetensorsFile.read(path);
        try (var arena = Arena.ofConfined()) {
            for (var tensor : file.tensors().values()) {
                var bytes = SafetensorsFile.map(tensor, arena);
                assertThat(bytes.asByteBuffer().hasRemaining()).isEqualTo(tensor.length() > 0);
            }
        }
    }
}
