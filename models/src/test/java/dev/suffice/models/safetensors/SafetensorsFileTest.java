package dev.suffice.models.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("model.safetensors");
    }

    private Path write(long headerLength, String header, int dataBytes) throws IOException {
        var text = header.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(Long.BYTES + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(file(), bytes.putLong(headerLength).put(text).array());
    }

    private Path write(String header, int dataBytes) throws IOException {
        return write(header.length(), header, dataBytes);
    }

    private void fails(String message) {
        assertThatThrownBy(() -> SafetensorsFile.read(file()))
                .isInstanceOf(ModelException.class)
                .hasMessage(file() + ": " + message);
    }

    @ParameterizedTest
    @CsvSource({
        "F64,FLOAT64,8",
        "F32,FLOAT32,4",
        "F16,FLOAT16,2",
        "BF16,BFLOAT16,2",
        "F8_E4M3,FLOAT8_E4M3,1",
        "F8_E5M2,FLOAT8_E5M2,1",
        "I64,INT64,8",
        "I32,INT32,4",
        "I16,INT16,2",
        "I8,INT8,1",
        "U64,UINT64,8",
        "U32,UINT32,4",
        "U16,UINT16,2",
        "U8,UINT8,1",
        "BOOL,BOOL,1"
    })
    void everyType(String dtype, ElementType type, int bytes) throws IOException {
        write(
                "{\"a\":{\"dtype\":\"%s\",\"shape\":[2,3],\"data_offsets\":[0,%d]}}".formatted(dtype, 6 * bytes),
                6 * bytes);
        var tensor = SafetensorsFile.read(file()).tensor("a").orElseThrow();
        assertThat(tensor.type()).isEqualTo(type);
        assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3));
        assertThat(tensor.length()).isEqualTo(6L * bytes);
        assertThat(tensor.offset() + tensor.length()).isEqualTo(Files.size(file()));
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        var values = new float[] {1, -2, 3.5f, Float.MIN_VALUE, 0, -0f};
        new SafetensorsWriter()
                .metadata("format", "pt")
                .tensor("scalar", Shape.of(), new float[] {42})
                .tensor("empty", Shape.of(0, 7), new float[0])
                .tensor("b", Shape.of(3, 2), values)
                .write(file());
        var read = SafetensorsFile.read(file());
        assertThat(read.metadata()).containsEntry("format", "pt");
        assertThat(read.tensors()).containsOnlyKeys("scalar", "empty", "b");
        try (var arena = Arena.ofConfined()) {
            var memory = SafetensorsFile.map(read.tensor("b").orElseThrow(), arena);
            assertThat(memory.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).containsExactly(values);
        }
        assertThat(folder).isDirectoryContaining(path -> path.equals(file()));
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file()));
    }

    @Test
    void aTensorBeyondTwoGigabytesIsMapped() throws IOException {
        long elements = (1L << 31) + 8;
        var header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}".formatted(elements, elements);
        write(header, 0);
        try (var channel = Files.newByteChannel(file(), StandardOpenOption.WRITE)) {
            channel.position(Long.BYTES + header.length() + elements - 1);
            channel.write(ByteBuffer.wrap(new byte[] {7}));
        }
        try (var arena = Arena.ofConfined()) {
            var tensor = SafetensorsFile.read(file()).tensor("a").orElseThrow();
            assertThat(SafetensorsFile.map(tensor, arena).get(ValueLayout.JAVA_BYTE, elements - 1))
                    .isEqualTo((byte) 7);
        }
    }

    @Test
    void missing() {
        fails("no such file");
    }

    @Test
    void tooShortForAHeaderLength() throws IOException {
        Files.write(file(), new byte[5]);
        fails("5 bytes: a safetensors file starts with 8 bytes of header length; copy or download it again");
    }

    @Test
    void headerLengthBeyondTheFile() throws IOException {
        write(1000, "{}", 10);
        fails("header length 1000: the file has only 12 bytes after it; truncated, copy or download it again");
    }

    @ParameterizedTest
    @ValueSource(longs = {100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void headerLengthThatNoFileHas(long length) throws IOException {
        write(length, "{}", 10);
        fails("header length %s: must be at most 100000000 bytes; not a safetensors file, or damaged"
                .formatted(Long.toUnsignedString(length)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "{\"a\":", "{} x", "\u0000\u0001"})
    void headerThatIsNotJson(String header) throws IOException {
        write(header, 0);
        assertThatThrownBy(() -> SafetensorsFile.read(file()))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(file() + ": header: ")
                .hasMessageEndingWith("; not a safetensors file, or damaged");
    }

    @Test
    void headerThatIsNoObject() throws IOException {
        write("[1]", 0);
        fails("header: must be a JSON object; not a safetensors file, or damaged");
    }

    @Test
    void deeplyNestedHeader() throws IOException {
        write("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", 0);
        assertThatThrownBy(() -> SafetensorsFile.read(file())).isInstanceOf(ModelException.class);
    }

    @Test
    void nameTwice() throws IOException {
        var tensor = "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}";
        write("{%s,%s}".formatted(tensor.formatted(0, 1), tensor.formatted(1, 2)), 2);
        assertThatThrownBy(() -> SafetensorsFile.read(file()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("Duplicate")
                .hasMessageContaining("\"a\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | dtype missing: must be one of F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL",
                "{'dtype':'Q4','shape':[1],'data_offsets':[0,4]} | dtype Q4: must be one of F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL",
                "{'dtype':'F32','data_offsets':[0,4]} | shape missing: must be a list of sizes",
                "{'dtype':'F32','shape':[-1],'data_offsets':[0,4]} | shape [-1]: sizes must be whole numbers of at least 0",
                "{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]} | shape [1.5]: sizes must be whole numbers of at least 0",
                "{'dtype':'F32','shape':[1e30],'data_offsets':[0,4]} | shape [1.0E30]: sizes must be whole numbers of at least 0",
                "{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,4]} | shape [4294967296, 4294967296]: more elements than can be counted",
                "{'dtype':'F32','shape':[4611686018427387904],'data_offsets':[0,4]} | shape [4611686018427387904]: more bytes than can be counted",
                "{'dtype':'F32','shape':[1]} | data_offsets : must be [begin, end]",
                "{'dtype':'F32','shape':[1],'data_offsets':[0]} | data_offsets [0]: must be [begin, end]",
                "{'dtype':'F32','shape':[1],'data_offsets':[0,8]} | bytes 0 to 8: the file has 4 bytes of data; truncated, copy or download it again",
                "{'dtype':'F32','shape':[1],'data_offsets':[-4,4]} | bytes -4 to 4: the file has 4 bytes of data; truncated, copy or download it again",
                "{'dtype':'F32','shape':[1],'data_offsets':[4,0]} | bytes 4 to 0: the file has 4 bytes of data; truncated, copy or download it again",
                "{'dtype':'F32','shape':[2],'data_offsets':[0,4]} | 4 bytes: FLOAT32 [2] needs 8",
            })
    void tensorThatCannotBe(String entry, String message) throws IOException {
        write("{'w':%s}".formatted(entry).replace('\'', '"'), 4);
        fails("tensor w: " + message);
    }

    @Test
    void overlappingTensors() throws IOException {
        write(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
                        + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}",
                6);
        fails("tensor b: overlaps a by 2 bytes; damaged");
    }

    @Test
    void gapBetweenTensors() throws IOException {
        write(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
                        + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[6,10]}}",
                10);
        fails("tensor b: 2 bytes between it and a belong to no tensor; damaged");
    }

    @Test
    void bytesAfterTheLastTensor() throws IOException {
        write("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 9);
        fails("5 bytes after the last tensor belong to no tensor; damaged");
    }

    @Test
    void theFileGetsShorterAfterItsHeaderWasRead() throws IOException {
        write("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4);
        var tensor = SafetensorsFile.read(file()).tensor("a").orElseThrow();
        try (var channel = java.nio.channels.FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        try (var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> SafetensorsFile.map(tensor, arena))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("tensor a: ends at byte")
                    .hasMessageEndingWith("copy or download it again");
        }
    }
}
