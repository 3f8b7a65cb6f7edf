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
            tensor.data().set(ValueLayout.JAVA_BYTE, type.byteSize() - 1, (byte) 1);
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
