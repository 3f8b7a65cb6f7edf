package dev.suffice.engine.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.engine.EngineException;
import dev.suffice.engine.onnx.ProtoException;
import dev.suffice.engine.onnx.ProtoReader;
import dev.suffice.engine.onnx.ProtoWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedModelTest {
    private static final int FLOAT = 1;

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofShared();

    @BeforeEach
    void writeWeights() throws IOException {
        var bytes = new byte[100];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Files.write(folder.resolve("w.bin"), bytes);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void externalTensorsBecomeAddressesOfTheMappedFile() {
        var rewritten = rewrite(model(external("w.bin", "8", "24", 3, 2)), false);
        var place = places(rewritten).getFirst();
        assertThat(place).contains(MappedModel.MEMORY, "24");
        var data = MemorySegment.ofAddress(Long.parseLong(place.get(1))).reinterpret(24);
        assertThat(data.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 8);
        assertThat(data.get(ValueLayout.JAVA_BYTE, 23)).isEqualTo((byte) 31);
    }

    @Test
    void knowsInputsAndOutputsAndNotConstants() {
        var mapped = new MappedModel(new WeightFiles(Optional.of(folder), arena), false);
        var model = model(
                external("w.bin", "8", "24", 3, 2),
                graph -> graph.message(11, port -> port.text(1, "x"))
                        .message(11, port -> port.text(1, "w"))
                        .message(12, port -> port.text(1, "y"))
                        .message(12, port -> port.text(1, "z")));
        mapped.rewrite("test", MemorySegment.ofArray(model));
        assertThat(mapped.inputs()).containsExactly("x");
        assertThat(mapped.outputs()).containsExactly("y", "z");
    }

    @Test
    void largeConstantsOfAMappedModelStayWhereTheyAre() throws IOException {
        var large = new byte[8192];
        large[5] = 7;
        var bytes = model(
                tensor -> tensor.number(1, 2048).number(2, FLOAT).text(8, "w").bytes(9, large));
        var file = Files.write(folder.resolve("model.onnx"), bytes);
        var inMemory = WeightFiles.map(file, arena);
        var rewritten = rewrite(inMemory, true);
        assertThat(rewritten.length).isLessThan(500);
        long address = Long.parseLong(places(rewritten).getFirst().get(1));
        assertThat(address - inMemory.address()).isBetween(0L, (long) bytes.length);
        assertThat(MemorySegment.ofAddress(address).reinterpret(8192).get(ValueLayout.JAVA_BYTE, 5))
                .isEqualTo((byte) 7);
        assertThat(rewrite(bytes, false)).hasSizeGreaterThan(8192);
    }

    @Test
    void nothingThatAModelSaysIsTakenForAnAddress() {
        refused(external(MappedModel.MEMORY, "4096", "24", 3, 2), "which is not in " + folder);
        Consumer<ProtoWriter> spy = external(MappedModel.MEMORY, "4096", "24", 3, 2);
        var inAttribute = model(
                tensor -> tensor.text(8, "none"),
                graph -> graph.message(1, node -> node.message(5, attribute -> attribute.message(5, spy))));
        assertThatThrownBy(() -> rewrite(inAttribute, false)).isInstanceOf(EngineException.class);
        var inSubgraph = model(
                tensor -> tensor.text(8, "none"),
                graph -> graph.message(
                        1, node -> node.message(5, attribute -> attribute.message(6, inner -> inner.message(5, spy)))));
        assertThatThrownBy(() -> rewrite(inSubgraph, false)).isInstanceOf(EngineException.class);
        var sparse = model(tensor -> tensor.text(8, "none"), graph -> graph.message(15, s -> s.message(1, spy)));
        assertThatThrownBy(() -> rewrite(sparse, false)).isInstanceOf(ProtoException.class);
    }

    @Test
    void placesAreCheckedBeforeTheyAreRead() {
        refused(external("w.bin", "90", "24", 3, 2), "bytes 90 to 114 of file w.bin: it has 100");
        refused(external("w.bin", "9223372036854775807", "24", 3, 2), "it is truncated or another file");
        refused(external("w.bin", "-1", "24", 3, 2), "offset -1: must not be negative");
        refused(external("w.bin", "x", "24", 3, 2), "offset x: not a number");
        refused(external("w.bin", "0", "99", 3, 2), "99 bytes in file w.bin: expected 24");
        refused(external("none.bin", "0", "24", 3, 2), "its data are in file none.bin, which is not in " + folder);
        refused(external("../w.bin", "0", "24", 3, 2), "which is not in the model's folder " + folder);
        refused(external("/etc/passwd", "0", "24", 3, 2), "which is not in the model's folder " + folder);
        refused(external("", "0", "24", 3, 2), "which is not in the model's folder " + folder);
    }

    @Test
    void sizesThatOverflowAreRefused() {
        var huge = model(external("w.bin", "0", "24", 1 << 30, 1 << 30, 1 << 30));
        assertThatThrownBy(() -> rewrite(huge, false))
                .isInstanceOf(ProtoException.class)
                .hasMessageContaining("tensor w of sizes [1073741824, 1073741824, 1073741824]");
        var text = model(tensor -> tensor.number(1, 3)
                .number(2, 8)
                .text(8, "w")
                .message(13, e -> e.text(1, "location").text(2, "w.bin"))
                .number(14, 1));
        assertThatThrownBy(() -> rewrite(text, false))
                .isInstanceOf(ProtoException.class)
                .hasMessageContaining("tensor w of type 8");
    }

    @Test
    void everyTruncationIsRefusedOrReadsNothingElse() {
        var model = model(external("w.bin", "8", "24", 3, 2));
        for (int length = 0; length < model.length; length++) {
            var part = MemorySegment.ofArray(model).asSlice(0, length);
            assertThatThrownBy(() -> rewrite(part, false)).isInstanceOf(ProtoException.class);
        }
    }

    @Test
    void graphsWithinGraphsEndSomewhere() {
        Consumer<ProtoWriter> graph = inner -> inner.text(2, "innermost");
        for (int i = 0; i < 40; i++) {
            var within = graph;
            graph = outer -> outer.message(1, node -> node.message(5, attribute -> attribute.message(6, within)));
        }
        var model = new ProtoWriter().message(7, graph).toByteArray();
        assertThatThrownBy(() -> rewrite(model, false))
                .isInstanceOf(ProtoException.class)
                .hasMessageContaining("a graph within 16 others");
    }

    private void refused(Consumer<ProtoWriter> tensor, String why) {
        assertThatThrownBy(() -> rewrite(model(tensor), false))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("tensor w: ")
                .hasMessageContaining(why);
    }

    private byte[] rewrite(byte[] model, boolean mapped) {
        return rewrite(MemorySegment.ofArray(model), mapped);
    }

    private byte[] rewrite(MemorySegment model, boolean mapped) {
        return new MappedModel(new WeightFiles(Optional.of(folder), arena), mapped).rewrite("test", model);
    }

    private static byte[] model(Consumer<ProtoWriter> tensor) {
        return model(tensor, graph -> {});
    }

    private static byte[] model(Consumer<ProtoWriter> tensor, Consumer<ProtoWriter> more) {
        return new ProtoWriter()
                .message(7, graph -> {
                    graph.message(5, tensor);
                    more.accept(graph);
                })
                .toByteArray();
    }

    private static Consumer<ProtoWriter> external(String location, String offset, String length, int... sizes) {
        return tensor -> {
            for (int size : sizes) {
                tensor.number(1, size);
            }
            tensor.number(2, FLOAT)
                    .text(8, "w")
                    .message(13, e -> e.text(1, "location").text(2, location))
                    .message(13, e -> e.text(1, "offset").text(2, offset))
                    .message(13, e -> e.text(1, "length").text(2, length))
                    .number(14, 1);
        };
    }

    /** What the tensors of a model say of their places: the values in the order they are written. */
    private static List<List<String>> places(byte[] model) {
        var bytes = MemorySegment.ofArray(model);
        var outer = new ProtoReader("test", bytes, 0, bytes.byteSize());
        var places = new ArrayList<List<String>>();
        while (outer.next()) {
            var graph = outer.message();
            while (graph.next()) {
                if (graph.field() != 5) {
                    graph.skip();
                    continue;
                }
                var tensor = graph.message();
                var place = new ArrayList<String>();
                while (tensor.next()) {
                    if (tensor.field() != 13) {
                        tensor.skip();
                        continue;
                    }
                    var entry = tensor.message();
                    while (entry.next()) {
                        var text = new String(entry.data().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
                        if (entry.field() == 2) {
                            place.add(text);
                        }
                    }
                }
                places.add(place);
            }
        }
        return places;
    }
}
