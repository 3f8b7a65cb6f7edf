package dev.suffice.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
    private static final String TRUNCATED = "truncated or damaged, copy or download it again";

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("model.gguf");
    }

    private GgufFile read(GgufWriter writer) throws IOException {
        return GgufFile.read(writer.write(file()));
    }

    private void fails(GgufWriter writer, String message) throws IOException {
        fails(writer.toBytes(), message);
    }

    private void fails(byte[] bytes, String message) throws IOException {
        Files.write(file(), bytes);
        assertThatThrownBy(() -> GgufFile.read(file()))
                .isInstanceOf(ModelException.class)
                .hasMessage(file() + ": " + message);
    }

    /** A header whose numbers the test chooses. */
    private static GgufWriter.Bytes header(long tensors, long keys) {
        return new GgufWriter.Bytes().int32(0x46554747).int32(3).int64(tensors).int64(keys);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void whatIsWrittenIsReadBack(int version) throws IOException {
        var file = read(new GgufWriter(version)
                .text("general.architecture", "llama")
                .whole("llama.block_count", 7)
                .number("eps", 1e-5f)
                .flag("yes", true)
                .flag("no", false)
                .texts("words", List.of("a", "", "\u00e9\uD83D\uDE00", "a"))
                .wholes("types", List.of(1, -2, 3))
                .numbers("scores", List.of(0f, -1.5f))
                .tensor("scalar", GgufType.F32, Shape.of(), new byte[4])
                .tensor("w", GgufType.Q4_0, Shape.of(3, 64), filled(3 * 2 * 18, 5))
                .tensor("empty", GgufType.F16, Shape.of(0, 7), new byte[0]));
        assertThat(file.version()).isEqualTo(version);
        assertThat(file.path()).isEqualTo(file());
        var metadata = file.metadata();
        assertThat(metadata.keys())
                .containsExactly(
                        "general.architecture", "llama.block_count", "eps", "yes", "no", "words", "types", "scores");
        assertThat(metadata.text("general.architecture")).isEqualTo("llama");
        assertThat(metadata.size("llama.block_count")).isEqualTo(7);
        assertThat(metadata.number("eps")).isEqualTo(1e-5f);
        assertThat(metadata.number("llama.block_count")).isEqualTo(7);
        assertThat(metadata.flag("yes", false)).isTrue();
        assertThat(metadata.flag("no", true)).isFalse();
        assertThat(metadata.texts("words")).containsExactly("a", "", "\u00e9\uD83D\uDE00", "a");
        assertThat(metadata.wholes("types")).containsExactly(1, -2, 3);
        assertThat(metadata.numbers("types")).containsExactly(1, -2, 3);
        assertThat(metadata.numbers("scores")).containsExactly(0, -1.5);
        assertThat(metadata.isList("scores")).isTrue();
        assertThat(metadata.isList("eps")).isFalse();
        assertThat(metadata.isList("none")).isFalse();

        assertThat(file.tensors()).containsOnlyKeys("scalar", "w", "empty");
        var tensor = file.require("w", Shape.of(3, 64));
        assertThat(tensor.dimensions()).containsExactly(64, 3);
        assertThat(tensor.rowSize()).isEqualTo(64);
        assertThat(tensor.rowBlocks()).isEqualTo(2);
        assertThat(tensor.rowBytes()).isEqualTo(36);
        assertThat(tensor.length()).isEqualTo(108);
        assertThat(tensor.offset() % 32).isZero();
        try (var arena = Arena.ofConfined()) {
            var row = new float[64];
            tensor.decoder().decode(GgufFile.map(tensor, arena), 2 * tensor.rowBlocks(), 2, row, 0);
            // 0x0505 in half precision, times 5 - 8 below and 0 - 8 above
            assertThat(row[0]).isEqualTo(Float.float16ToFloat((short) 0x0505) * -3);
            assertThat(row[63]).isEqualTo(Float.float16ToFloat((short) 0x0505) * -8);
        }
    }

    private static byte[] filled(int length, int value) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    void everyTypeOfNumber() throws IOException {
        var metadata = read(new GgufWriter()
                        .raw("u8", ValueType.UINT8, b -> b.int8(200))
                        .raw("i8", ValueType.INT8, b -> b.int8(200))
                        .raw("u16", ValueType.UINT16, b -> b.int8(0xFF).int8(0xFF))
                        .raw("i16", ValueType.INT16, b -> b.int8(0xFF).int8(0xFF))
                        .raw("u32", ValueType.UINT32, b -> b.int32(-1))
                        .raw("i32", ValueType.INT32, b -> b.int32(-1))
                        .raw("i64", ValueType.INT64, b -> b.int64(-1))
                        .raw("u64", ValueType.UINT64, b -> b.int64(Long.MAX_VALUE))
                        .raw("f64", ValueType.FLOAT64, b -> b.int64(Double.doubleToLongBits(0.1)))
                        .rawList(
                                "bytes",
                                ValueType.UINT8,
                                3,
                                b -> b.int8(1).int8(2).int8(255))
                        .rawList("none", ValueType.TEXT, 0, b -> {}))
                .metadata();
        assertThat(List.of("u8", "i8", "u16", "i16", "u32", "i32", "i64", "u64"))
                .extracting(metadata::whole)
                .containsExactly(200L, -56L, 65535L, -1L, 4294967295L, -1L, -1L, Long.MAX_VALUE);
        assertThat(metadata.number("f64")).isEqualTo(0.1);
        assertThat(metadata.wholes("bytes")).containsExactly(1, 2, 255);
        assertThat(metadata.texts("none")).isEmpty();
    }

    @Test
    void whatIsMissingOrOfAnotherType() throws IOException {
        var metadata = read(new GgufWriter()
                        .text("text", "x".repeat(100))
                        .whole("zero", 0)
                        .number("nan", Float.NaN)
                        .flag("flag", true)
                        .texts("texts", List.of("a"))
                        .raw("huge", ValueType.UINT64, b -> b.int64(-1))
                        .rawList("broken", ValueType.TEXT, 1, b -> b.text(new byte[] {(byte) 0xC3}))
                        .rawList(
                                "nested",
                                ValueType.LIST,
                                1,
                                b -> b.int32(ValueType.INT8.id())
                                        .int64(2)
                                        .int8(1)
                                        .int8(2)))
                .metadata();
        var file = file() + ": ";
        assertThatThrownBy(() -> metadata.text("no"))
                .isInstanceOf(ModelException.class)
                .hasMessage(file + "no missing: must be a text; convert the model again");
        assertThatThrownBy(() -> metadata.texts("no"))
                .hasMessageStartingWith(file + "no missing: must be a list of texts");
        assertThatThrownBy(() -> metadata.wholes("no"))
                .hasMessageContaining("no missing: must be a list of whole numbers");
        assertThatThrownBy(() -> metadata.whole("text"))
                .hasMessage(file + "text \"" + "x".repeat(80) + "...\": must be a whole number of at most 2^63 - 1");
        assertThatThrownBy(() -> metadata.text("texts")).hasMessage(file + "texts (a list of 1 texts): must be a text");
        assertThatThrownBy(() -> metadata.size("zero"))
                .hasMessage(file + "zero 0: must be a whole number between 1 and 16777216");
        assertThatThrownBy(() -> metadata.number("nan")).hasMessage(file + "nan NaN: must be a finite number");
        assertThatThrownBy(() -> metadata.number("flag")).hasMessage(file + "flag true: must be a finite number");
        assertThatThrownBy(() -> metadata.flag("zero", true)).hasMessage(file + "zero 0: must be true or false");
        assertThatThrownBy(() -> metadata.whole("huge"))
                .hasMessage(file + "huge 18446744073709551615: must be a whole number of at most 2^63 - 1");
        assertThatThrownBy(() -> metadata.texts("broken").getFirst())
                .isInstanceOf(ModelException.class)
                .hasMessage(file + "broken: entry 0: not valid UTF-8; damaged");
        assertThatThrownBy(() -> metadata.numbers("nested"))
                .hasMessage(file + "nested (lists in a list): must be a list of numbers");
        assertThat(metadata.whole("no", 5)).isEqualTo(5);
        assertThat(metadata.size("no", 5)).isEqualTo(5);
        assertThat(metadata.number("no", 5)).isEqualTo(5);
        assertThat(metadata.findText("no")).isEmpty();
        assertThatThrownBy(() -> metadata.keys().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> metadata.texts("texts").set(0, "b")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void noGgufFile() throws IOException {
        assertThatThrownBy(() -> GgufFile.read(file()))
                .isInstanceOf(ModelException.class)
                .hasMessage(file() + ": no such file");
        assertThatThrownBy(() -> GgufFile.read(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(folder + ": cannot be read: ");
        fails(
                new byte[7],
                "7 bytes: a GGUF file starts with 8 bytes of magic number and version; copy or download it again");
        fails(
                new byte[64],
                "does not start with \"GGUF\": not a GGUF file, or one from before GGUF; convert the model again");
        fails(new GgufWriter(1), "GGUF version 1: must be 2 or 3; convert the model again");
        fails(new GgufWriter(-1), "GGUF version 4294967295: must be 2 or 3; convert the model again");
        fails(
                new GgufWriter(Integer.reverseBytes(3)),
                "big-endian: must be little-endian; convert the model again for this byte order");
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 1000, Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void countsThatTheFileCannotHold(long count) throws IOException {
        var number = Long.toUnsignedString(count);
        fails(
                header(count, 0).raw(new byte[32]).toArray(),
                "number of tensors: %s of them cannot be in the 40 bytes that follow; %s".formatted(number, TRUNCATED));
        fails(
                header(0, count).raw(new byte[27]).toArray(),
                "number of keys: %s of them cannot be in the 27 bytes that follow; %s".formatted(number, TRUNCATED));
    }

    @ParameterizedTest
    @ValueSource(longs = {1000, Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void lengthsThatTheFileCannotHold(long length) throws IOException {
        var number = Long.toUnsignedString(length);
        fails(
                header(0, 1).int64(length).raw(new byte[6]).toArray(),
                "key 0: %s of them cannot be in the 6 bytes that follow; %s".formatted(number, TRUNCATED));
        fails(
                header(0, 1).text("k").int32(8).int64(length).raw(new byte[6]).toArray(),
                "k: a text of %s bytes: the file has 6 more; %s".formatted(number, TRUNCATED));
        for (var type : ValueType.values()) {
            fails(
                    header(0, 1)
                            .text("k")
                            .int32(9)
                            .int32(type.id())
                            .int64(length)
                            .raw(new byte[6])
                            .toArray(),
                    "k: %s of them cannot be in the 6 bytes that follow; %s".formatted(number, TRUNCATED));
        }
        fails(
                new GgufWriter()
                        .rawList("k", ValueType.TEXT, 2, b -> b.text("ab").int64(length)),
                "k: a text of %s bytes: the file has %d more; %s"
                        .formatted(number, 32 - (24 + 9 + 16 + 10 + 8) % 32, TRUNCATED));
        fails(
                header(1, 0).int64(length).raw(new byte[30]).toArray(),
                "tensor 0: %s of them cannot be in the 30 bytes that follow; %s".formatted(number, TRUNCATED));
    }

    @Test
    void names() throws IOException {
        fails(
                header(0, 1).text("").raw(new byte[20]).toArray(),
                "key 0: a name of 0 bytes: must have 1 to 65535; damaged");
        fails(
                header(0, 1).text("k".repeat(65_536)).raw(new byte[20]).toArray(),
                "key 0: a name of 65536 bytes: must have 1 to 65535; damaged");
        fails(
                header(0, 1).text(new byte[] {(byte) 0xFF}).raw(new byte[20]).toArray(),
                "key 0: not valid UTF-8; damaged");
        fails(new GgufWriter().whole("k", 1).whole("k", 2), "k: occurs twice; damaged");
        fails(
                new GgufWriter()
                        .tensor("t", GgufType.F32, Shape.of(1), new byte[4])
                        .tensor("t", GgufType.F32, Shape.of(1), new byte[4]),
                "tensor t: occurs twice; damaged");
    }

    @Test
    void valuesThatCannotBe() throws IOException {
        fails(
                header(0, 1).text("k").int32(13).int64(0).toArray(),
                "k: value type 13: must be 0 to 12; damaged, or of a newer format");
        fails(
                header(0, 1).text("k").int32(9).int32(-1).int64(0).toArray(),
                "k: value type 4294967295: must be 0 to 12; damaged, or of a newer format");
        fails(new GgufWriter().raw("k", ValueType.BOOL, b -> b.int8(2)), "k: flag 2: must be 0 or 1; damaged");
        fails(
                new GgufWriter()
                        .rawList("k", ValueType.BOOL, 3, b -> b.int8(1).int8(0).int8(-1)),
                "k: flag -1: must be 0 or 1; damaged");
        fails(
                header(0, 1).text("k").int32(ValueType.FLOAT64.id()).int32(0).toArray(),
                "k: ends after byte 41, where 4 more are needed; truncated, copy or download it again");
        fails(
                new GgufWriter().raw("k", ValueType.TEXT, b -> b.text(new byte[] {(byte) 0xE2, (byte) 0x82})),
                "k: not valid UTF-8; damaged");
        var deep = new GgufWriter.Bytes();
        for (int i = 0; i < 1000; i++) {
            deep.int32(ValueType.LIST.id()).int64(1);
        }
        fails(
                new GgufWriter().raw("k", ValueType.LIST, b -> b.raw(deep.toArray())),
                "k: lists in lists, more than 4 deep: not supported; damaged?");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 24, 33, 1 << 21, -1, Integer.MIN_VALUE})
    void alignmentsThatNoFileHas(int alignment) throws IOException {
        fails(
                new GgufWriter().whole("general.alignment", alignment),
                "general.alignment %s: must be a power of two between 8 and 1048576"
                        .formatted(Integer.toUnsignedString(alignment)));
    }

    @Test
    void anotherAlignment() throws IOException {
        fails(
                new GgufWriter().text("general.alignment", "32"),
                "general.alignment \"32\": must be a whole number of at most 2^63 - 1");
        var file = read(
                new GgufWriter().whole("general.alignment", 8).tensor("t", GgufType.F32, Shape.of(2), new byte[8]));
        assertThat(file.tensor("t").orElseThrow().offset() % 8).isZero();
    }

    @Test
    void tensorsThatCannotBe() throws IOException {
        fails(tensor(GgufType.F32, 1, 1, 1, 1, 1), "tensor t: 5 dimensions: must have at most 4; damaged");
        fails(
                tensor(GgufType.F32, -1),
                "tensor t: a dimension of 18446744073709551615: more than can be counted; damaged");
        fails(tensor(GgufType.Q4_K, 128), "tensor t: rows of 128 numbers: Q4_K has blocks of 256; damaged");
        fails(
                tensor(GgufType.F32, 1L << 32, 1L << 32),
                "tensor t: shape [4294967296, 4294967296]: more bytes than can be counted; damaged");
        fails(
                tensor(GgufType.F32, 1L << 62),
                "tensor t: shape [4611686018427387904]: more bytes than can be counted; damaged");
        fails(
                tensor(GgufType.F32, 1L << 40),
                "tensor t: 4398046511104 bytes at 0 of the data, of which the file has 4; truncated, copy or download it"
                        + " again");
        fails(
                new GgufWriter().tensor("t", 99, new long[] {1}, new byte[4]),
                "tensor t: type 99: not known; damaged, or of a newer format; take a file whose tensors are of %s"
                        .formatted(GgufType.decodable()));
    }

    private static byte[] tensor(GgufType type, long... dimensions) {
        var bytes =
                new GgufWriter().tensor("t", type.id(), dimensions, new byte[4]).toBytes();
        return Arrays.copyOf(bytes, bytes.length - 28);
    }

    @Test
    void offsetsThatCannotBe() throws IOException {
        var writer = new GgufWriter()
                .tensor("a", GgufType.F32, Shape.of(16), new byte[64])
                .tensor("b", GgufType.F32, Shape.of(16), new byte[64]);
        var offsetOfB = 24 + 2 * (8 + 1 + 4 + 8 + 4) + 8;
        fails(withLong(writer, offsetOfB, 32), "tensor b: overlaps a by 32 bytes; damaged");
        fails(
                withLong(writer, offsetOfB, 60),
                "tensor b: at byte 60 of the data: must be a multiple of 32 (general.alignment); damaged");
        for (var offset : new long[] {96, Long.MAX_VALUE, -32, Long.MIN_VALUE}) {
            fails(
                    withLong(writer, offsetOfB, offset),
                    "tensor b: 64 bytes at %s of the data, of which the file has 128; truncated, copy or download it again"
                            .formatted(Long.toUnsignedString(offset)));
        }
    }

    private static byte[] withLong(GgufWriter writer, int at, long value) {
        var bytes = writer.toBytes();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
        return bytes;
    }

    @Test
    void tensorsThatAreMissingOrOfAnotherShapeOrType() throws IOException {
        var file = read(new GgufWriter().tensor("t", GgufType.IQ4_NL, Shape.of(2, 32), new byte[36]));
        assertThat(file.tensor("u")).isEmpty();
        assertThatThrownBy(() -> file.require("u", Shape.of(1)))
                .isInstanceOf(ModelException.class)
                .hasMessage(file() + ": tensor u: missing; the metadata ask for one of shape [1]");
        assertThatThrownBy(() -> file.require("t", Shape.of(32, 2)))
                .isInstanceOf(ModelException.class)
                .hasMessage(file() + ": tensor t: shape [2, 32]: the metadata ask for [32, 2]");
        var tensor = file.require("t", Shape.of(2, 32));
        assertThatThrownBy(tensor::decoder)
                .isInstanceOf(ModelException.class)
                .hasMessage(file()
                        + ": tensor t: type IQ4_NL: cannot be computed with; take a file whose tensors are of F32,"
                        + " F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K");
    }

    @Test
    void everyTruncationIsNoticed() throws IOException {
        var bytes = new GgufWriter()
                .text("a", "b")
                .texts("c", List.of("d", "e"))
                .wholes("f", List.of(1, 2))
                .tensor("t", GgufType.F32, Shape.of(8), new byte[32])
                .toBytes();
        for (int length = 0; length < bytes.length; length++) {
            Files.write(file(), Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> GgufFile.read(file()))
                    .as("%d of %d bytes", length, bytes.length)
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith(file() + ": ")
                    .hasMessageContaining("download it again");
        }
    }

    @Test
    void theFileGetsShorterAfterItWasRead() throws IOException {
        var tensor = read(new GgufWriter().tensor("t", GgufType.F32, Shape.of(8), new byte[32]))
                .require("t", Shape.of(8));
        try (var channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        try (var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> GgufFile.map(tensor, arena))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("tensor t: ends at byte")
                    .hasMessageEndingWith("copy or download it again");
        }
    }
}
