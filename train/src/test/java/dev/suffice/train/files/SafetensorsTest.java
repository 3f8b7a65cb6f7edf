package dev.suffice.train.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void place() {
        file = folder.resolve("sub/a.safetensors");
    }

    private void write() throws IOException {
        Safetensors.write(
                file,
                Map.of("format", "pt"),
                List.of(
                        new Safetensors.Entry(
                                "a", Safetensors.Type.F32, new long[] {2, 2}, () -> new float[] {1, 2, 3, 4e-30f}),
                        new Safetensors.Entry(
                                "b", Safetensors.Type.F16, new long[] {3}, () -> new float[] {1.5f, -2, 65504})));
    }

    @Test
    void layoutIsThatOfTheFormat() throws IOException {
        write();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) bytes.getLong();
        assertThat(header % 8).isZero();
        assertThat(bytes.capacity()).isEqualTo(8 + header + 16 + 6);
        String json = new String(bytes.array(), 8, header, StandardCharsets.UTF_8);
        assertThat(json.strip())
                .isEqualTo("{\"__metadata__\":{\"format\":\"pt\"},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                        + "\"b\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[16,22]}}");
        assertThat(bytes.getFloat(8 + header + 8)).isEqualTo(3);
        assertThat(bytes.getShort(8 + header + 16)).isEqualTo((short) 0x3e00);
    }

    @Test
    void valuesComeBack() throws IOException {
        write();
        Safetensors.Content content = Safetensors.read(file);
        assertThat(content.tensor("a").values()).containsExactly(1, 2, 3, 4e-30f);
        assertThat(content.tensor("a").shape()).containsExactly(2, 2);
        assertThat(content.tensor("b").values()).containsExactly(1.5f, -2, 65504);
        assertThat(content.metadata()).containsEntry("format", "pt");
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void refusesAHeaderBeyondTheFile() throws IOException {
        write();
        byte[] bytes = Files.readAllBytes(file);
        bytes[3] = 1;
        Files.write(file, bytes);
        long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": header of " + header + " bytes in a file of " + bytes.length);
    }

    @Test
    void refusesATruncatedFile() throws IOException {
        write();
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": tensor b: bytes 16 to 22 do not hold shape [3] in F16 within the file");
    }

    @Test
    void refusesValuesThatDoNotFit() {
        var wrong = new Safetensors.Entry("a", Safetensors.Type.F32, new long[] {3}, () -> new float[2]);
        assertThatThrownBy(() -> Safetensors.write(file, Map.of(), List.of(wrong)))
                .hasMessage("tensor a: 2 values for shape [3]");
        assertThat(file).doesNotExist();
    }
}
