package dev.suffice.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.ProcessMemory;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import dev.suffice.engine.onnx.ProtoWriter;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every engine has to do; a test class per engine extends it. The graphs are made by {@code bench/peers}. */
@NullUnmarked // maps of results are looked up by names known to be there
public abstract class EngineContract {
    private static final float[] X = {1, 0, 0, 0, 1, 1};
    private static final float[] Y = {1.5f, 1.5f, 8.5f, 9.5f}; // x @ [[1,2],[3,4],[5,6]] + [0.5,-0.5]

    @TempDir
    Path folder;

    /** The engine under test. */
    protected abstract Engine engine();

    /** Whether it computes with all bits of an integer of 64; if not, it has to refuse those that need more than 32. */
    protected boolean computesWithLargeIntegers() {
        return true;
    }

    @Test
    void isFoundByItsName() {
        assertThat(Engines.named(engine().name())).hasSameClassAs(engine());
        assertThat(Engines.installed()).extracting(Engine::name).contains(engine().name());
    }

    @Test
    void saysThatItIsAvailable() {
        assertThat(engine().probe()).isInstanceOfSatisfying(EngineStatus.Available.class, status -> {
            assertThat(status.version()).isNotBlank();
            assertThat(status.devices()).isNotEmpty();
        });
    }

    @Test
    void computesIntoTheCallersMemory() throws IOException {
        try (var session = open("matmul");
                var x = Tensor.of(X, Shape.of(2, 3));
                var y = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, 2))) {
            session.run(Map.of("x", x), Map.of("y", y));
            assertThat(y.toFloatArray()).containsExactly(Y);
        }
    }

    @Test
    void allocatesOutputsOnRequest() throws IOException {
        try (var session = open("matmul");
                var x = Tensor.of(X, Shape.of(2, 3));
                var y = session.run(Map.of("x", x), List.of("y")).get("y")) {
            assertThat(y.shape()).isEqualTo(Shape.of(2, 2));
            assertThat(y.toFloatArray()).containsExactly(Y);
        }
    }

    @Test
    void takesAnyBatchWhereTheAxisIsDynamic() throws IOException {
        try (var session = open("matmul")) {
            for (int batch : new int[] {1, 5, 2}) {
                var values = new float[3 * batch];
                Arrays.fill(values, 1);
                try (var x = Tensor.of(values, Shape.of(batch, 3));
                        var y = Tensor.allocate(ElementType.FLOAT32, Shape.of(batch, 2))) {
                    session.run(Map.of("x", x), Map.of("y", y));
                    assertThat(y.toFloatArray()).hasSize(2 * batch).contains(9.5f, 11.5f);
                }
            }
        }
    }

    @Test
    void describesInputsAndOutputs() throws IOException {
        try (var session = open("matmul")) {
            assertThat(session.inputs())
                    .containsExactly(new TensorSpec("x", ElementType.FLOAT32, List.of(TensorSpec.DYNAMIC, 3L)));
            assertThat(session.outputs())
                    .containsExactly(new TensorSpec("y", ElementType.FLOAT32, List.of(TensorSpec.DYNAMIC, 2L)));
        }
    }

    @Test
    void readsWeightsFromTheFilesWhereTheyLie() throws IOException {
        Files.write(folder.resolve("weights.bin"), resource("weights.bin"));
        var graph = Graph.exported(
                "external",
                new GraphContent.OnnxBytes(ByteBuffer.wrap(resource("external.onnx")), Optional.of(folder)));
        try (var session = engine().open(graph, options());
                var x = Tensor.of(X, Shape.of(2, 3));
                var y = session.run(Map.of("x", x), List.of("y")).get("y")) {
            assertThat(y.toFloatArray()).containsExactly(Y);
        }
    }

    @Test
    void opensAModelFile() throws IOException {
        var file = folder.resolve("matmul.onnx");
        Files.write(file, resource("matmul.onnx"));
        var graph = Graph.exported("file", new GraphContent.OnnxFile(file));
        try (var session = engine().open(graph, options());
                var x = Tensor.of(X, Shape.of(2, 3));
                var y = session.run(Map.of("x", x), List.of("y")).get("y")) {
            assertThat(y.toFloatArray()).containsExactly(Y);
        }
    }

    @Test
    void passesEveryCommonTypeUnchanged() throws IOException {
        var types = Map.of(
                "double", ElementType.FLOAT64,
                "float", ElementType.FLOAT32,
                "float16", ElementType.FLOAT16,
                "int64", ElementType.INT64,
                "int32", ElementType.INT32,
                "int16", ElementType.INT16,
                "int8", ElementType.INT8,
                "uint8", ElementType.UINT8,
                "bool", ElementType.BOOL);
        var inputs = new LinkedHashMap<String, Tensor>();
        types.forEach((name, type) -> {
            var tensor = Tensor.allocate(type, Shape.of(2));
            boolean large = type != ElementType.INT64 || computesWithLargeIntegers();
            tensor.data().set(ValueLayout.JAVA_BYTE, large ? type.byteSize() - 1 : 3, (byte) 1);
            inputs.put(name, tensor);
        });
        try (var session = open("types")) {
            var outputs = session.run(
                    inputs, types.keySet().stream().map(n -> n + "_out").toList());
            types.forEach((name, type) -> {
                var output = outputs.get(name + "_out");
                assertThat(output.type()).isEqualTo(type);
                assertThat(output.data().mismatch(inputs.get(name).data()))
                        .as(name)
                        .isEqualTo(-1);
            });
            outputs.values().forEach(Tensor::close);
        }
        inputs.values().forEach(Tensor::close);
    }

    @Test
    void passesLargeIntegersUnchangedOrRefusesThem() throws IOException {
        long large = 1L << 40;
        var inputs = new LinkedHashMap<String, Tensor>();
        try (var session = open("types")) {
            session.inputs().forEach(spec -> inputs.put(spec.name(), Tensor.allocate(spec.type(), Shape.of(2))));
            inputs.get("int64").data().set(ValueLayout.JAVA_LONG, 0, large);
            if (computesWithLargeIntegers()) {
                try (var output = session.run(inputs, List.of("int64_out")).get("int64_out")) {
                    assertThat(output.data().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(large);
                }
            } else {
                assertThatThrownBy(() -> session.run(inputs, List.of("int64_out")))
                        .isInstanceOf(EngineException.class)
                        .hasMessageContaining("input int64: value " + large);
            }
        }
        inputs.values().forEach(Tensor::close);
    }

    @Test
    void computesOnlyTheOutputsAskedFor() throws IOException {
        try (var session = open("two_outputs");
                var a = Tensor.of(new float[] {1, 2, 3, 4}, Shape.of(2, 2));
                var b = Tensor.of(new float[] {5, 6, 7, 8}, Shape.of(2, 2));
                var product = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, 2))) {
            session.run(Map.of("a", a, "b", b), Map.of("product", product));
            assertThat(product.toFloatArray()).containsExactly(5, 12, 21, 32);
        }
    }

    @Test
    void leavesTheMemoryOfEarlierRunsAlone() throws IOException {
        try (var session = open("two_outputs");
                var a = Tensor.of(new float[] {1, 2, 3, 4}, Shape.of(2, 2));
                var b = Tensor.of(new float[] {5, 6, 7, 8}, Shape.of(2, 2));
                var first = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, 2));
                var second = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, 2))) {
            var names = session.outputs().stream().map(TensorSpec::name).toList();
            session.run(Map.of("a", a, "b", b), Map.of(names.get(0), first, names.get(1), second));
            var before = List.of(first.toFloatArray(), second.toFloatArray());
            session.run(Map.of("a", b, "b", b), names).values().forEach(Tensor::close);
            try (var other = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, 2))) {
                session.run(Map.of("a", b, "b", b), Map.of("product", other));
                assertThat(other.toFloatArray()).containsExactly(25, 36, 49, 64);
            }
            assertThat(first.toFloatArray()).containsExactly(before.get(0));
            assertThat(second.toFloatArray()).containsExactly(before.get(1));
        }
    }

    @Test
    void computesWhileTheCallerDoesSomethingElse() throws IOException {
        try (var session = open("matmul");
                var x = Tensor.of(X, Shape.of(2, 3));
                var y = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, 2));
                var z = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, 2))) {
            var one = session.start(Map.of("x", x), Map.of("y", y));
            var two = session.start(Map.of("x", x), Map.of("y", z));
            two.await();
            one.await();
            one.await();
            assertThat(y.toFloatArray()).containsExactly(Y);
            assertThat(z.toFloatArray()).containsExactly(Y);
        }
    }

    @Test
    void saysOfAStartedRunWhatItSaysOfARun() throws IOException {
        try (var session = open("matmul");
                var y = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, 2))) {
            assertThatThrownBy(() -> session.start(Map.of(), Map.of("y", y)).await())
                    .isInstanceOf(EngineException.class)
                    .hasMessage("graph matmul: input x is missing; given: []");
        }
    }

    @Test
    void refusesADeviceThatIsNotThere() throws IOException {
        var content = new GraphContent.OnnxBytes(ByteBuffer.wrap(resource("matmul.onnx")), Optional.empty());
        assertThatThrownBy(() -> engine().open(
                                Graph.exported("matmul", content), options().withDevice("abacus")))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("graph matmul: device abacus: ");
    }

    /** A model is somebody else's: were such places believed, it could read any memory of the process. */
    @Test
    void refusesAModelThatSaysWhereMemoryIs() {
        try (var secret = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, Shape.of(3, 2))) {
            var content = new GraphContent.OnnxBytes(
                    ByteBuffer.wrap(productWithExternalMatrix(
                            "*/_ORT_MEM_ADDR_/*", secret.data().address())),
                    Optional.of(folder));
            assertThatThrownBy(() -> engine().open(Graph.exported("spy", content), options()))
                    .isInstanceOf(EngineException.class)
                    .hasMessageStartingWith("graph spy: ");
        }
    }

    @Test
    void refusesWeightsOutsideOfTheFolder() throws IOException {
        Files.write(folder.resolve("secret.bin"), new byte[24]);
        var inner = Files.createDirectory(folder.resolve("model"));
        var content = new GraphContent.OnnxBytes(
                ByteBuffer.wrap(productWithExternalMatrix("../secret.bin", 0)), Optional.of(inner));
        assertThatThrownBy(() -> engine().open(Graph.exported("spy", content), options()))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("graph spy: ");
    }

    /** y [n, 2] = x [n, 3] @ w [3, 2], with w elsewhere. */
    private static byte[] productWithExternalMatrix(String location, long offset) {
        return new ProtoWriter()
                .number(1, 10)
                .message(
                        7,
                        graph -> graph.message(
                                        1,
                                        node -> node.text(1, "x")
                                                .text(1, "w")
                                                .text(2, "y")
                                                .text(4, "MatMul"))
                                .text(2, "spy")
                                .message(
                                        5,
                                        w -> w.number(1, 3)
                                                .number(1, 2)
                                                .number(2, 1)
                                                .text(8, "w")
                                                .message(
                                                        13,
                                                        e -> e.text(1, "location")
                                                                .text(2, location))
                                                .message(
                                                        13,
                                                        e -> e.text(1, "offset").text(2, Long.toString(offset)))
                                                .message(
                                                        13,
                                                        e -> e.text(1, "length").text(2, "24"))
                                                .number(14, 1))
                                .message(11, port -> port("x", 3, port))
                                .message(12, port -> port("y", 2, port)))
                .message(8, opset -> opset.text(1, "").number(2, 21))
                .toByteArray();
    }

    private static void port(String name, int columns, ProtoWriter out) {
        out.text(1, name)
                .message(
                        2,
                        type -> type.message(
                                1,
                                tensor -> tensor.number(1, 1)
                                        .message(
                                                2,
                                                shape -> shape.message(1, axis -> axis.text(2, "n"))
                                                        .message(1, axis -> axis.number(1, columns)))));
    }

    @Test
    void isSharedByThreads() throws Exception {
        try (var session = open("matmul");
                var pool = Executors.newFixedThreadPool(4)) {
            var tasks = new ArrayList<Callable<float[]>>();
            for (int i = 0; i < 64; i++) {
                float scale = i;
                tasks.add(() -> {
                    try (var x = Tensor.of(new float[] {scale, 0, 0}, Shape.of(1, 3));
                            var y = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, 2))) {
                        session.run(Map.of("x", x), Map.of("y", y));
                        return y.toFloatArray();
                    }
                });
            }
            var results = pool.invokeAll(tasks);
            for (int i = 0; i < 64; i++) {
                assertThat(results.get(i).get()).containsExactly(i + 0.5f, 2 * i - 0.5f);
            }
        }
    }

    @Test
    void nativeMemoryDoesNotGrow() throws IOException {
        try (var session = open("matmul");
                var x = Tensor.allocate(ElementType.FLOAT32, Shape.of(131072, 3))) {
            long before = 0;
            for (int i = 0; i < 2000; i++) {
                session.run(Map.of("x", x), List.of("y")).values().forEach(Tensor::close);
                if (i == 500) {
                    before = ProcessMemory.anonymous().orElse(0);
                }
            }
            // 1500 leaked outputs would be 1.5 GB; the Java heap may grow by some of this
            assertThat(ProcessMemory.anonymous().orElse(0) - before).isLessThan(500_000_000);
        }
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        try (var session = open("matmul");
                var x = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, 3));
                var wide = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, 4));
                var integers = Tensor.allocate(ElementType.INT64, Shape.of(2, 3));
                var y = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, 2))) {
            assertThatThrownBy(() -> session.run(Map.of(), Map.of("y", y)))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("graph matmul: input x is missing; given: []");
            assertThatThrownBy(() -> session.run(Map.of("x", wide), Map.of("y", y)))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("graph matmul: input x is FLOAT32 [2, 4]: expected FLOAT32 [?, 3]");
            assertThatThrownBy(() -> session.run(Map.of("x", integers), Map.of("y", y)))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("graph matmul: input x is INT64 [2, 3]: expected FLOAT32 [?, 3]");
            assertThatThrownBy(() -> session.run(Map.of("x", x), Map.of("z", y)))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("graph matmul: no output named z; it has: [y]");
            assertThatThrownBy(() -> session.run(Map.of("x", x), Map.of("y", x)))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("graph matmul: output y is FLOAT32 [2, 3]: expected FLOAT32 [?, 2]");
        }
    }

    @Test
    void refusesARunAfterClose() throws IOException {
        var session = open("matmul");
        session.close();
        session.close();
        try (var x = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, 3))) {
            assertThatThrownBy(() -> session.run(Map.of("x", x), List.of("y")))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("graph matmul: the session is closed");
        }
    }

    @Test
    void refusesABrokenModel() {
        var graph = Graph.exported(
                "broken", new GraphContent.OnnxBytes(ByteBuffer.wrap(new byte[] {1, 2, 3}), Optional.empty()));
        assertThatThrownBy(() -> engine().open(graph, options()))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("graph broken: ");
        var missing = Graph.exported("missing", new GraphContent.OnnxFile(folder.resolve("none.onnx")));
        assertThatThrownBy(() -> engine().open(missing, options()))
                .isInstanceOf(EngineException.class)
                .hasMessage("graph missing: file %s does not exist or cannot be read", folder.resolve("none.onnx"));
    }

    @Test
    void refusesWeightsThatAreNotThere() throws IOException {
        var graph = Graph.exported(
                "external",
                new GraphContent.OnnxBytes(ByteBuffer.wrap(resource("external.onnx")), Optional.of(folder)));
        assertThatThrownBy(() -> engine().open(graph, options()))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("graph external: ");
    }

    private Session open(String name) throws IOException {
        var content = new GraphContent.OnnxBytes(ByteBuffer.wrap(resource(name + ".onnx")), Optional.empty());
        return engine().open(Graph.exported(name, content), options());
    }

    private static SessionOptions options() {
        return SessionOptions.defaults().withThreads(1);
    }

    private static byte[] resource(String name) throws IOException {
        try (var stream = EngineContract.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("no resource " + name);
            }
            return stream.readAllBytes();
        }
    }
}
