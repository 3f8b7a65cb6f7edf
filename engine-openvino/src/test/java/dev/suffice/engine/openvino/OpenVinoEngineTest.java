package dev.suffice.engine.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.ProcessMemory;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.PendingRun;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.contract.EngineContract;
import dev.suffice.engine.onnx.ProtoWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Runs where OpenVINO is found. */
@NullUnmarked // maps of results are looked up by names known to be there
@EnabledIf("available")
class OpenVinoEngineTest extends EngineContract {
    private static final float[] X = {1, 0, 0, 0, 1, 1};
    private static final float[] Y = {1.5f, 1.5f, 8.5f, 9.5f};

    @TempDir
    Path folder;

    static boolean available() {
        return new OpenVinoEngine().probe() instanceof EngineStatus.Available;
    }

    @Override
    protected Engine engine() {
        return new OpenVinoEngine();
    }

    @Override
    protected boolean computesWithLargeIntegers() {
        return false;
    }

    @Test
    void opensItsOwnFormat() throws IOException {
        var file = copy("matmul.xml");
        copy("matmul.bin");
        var graph = Graph.exported("ir", new GraphContent.OpenVinoFile(file));
        try (var session = engine().open(graph, options());
                var x = Tensor.of(X, Shape.of(2, 3));
                var y = session.run(Map.of("x", x), List.of("y")).get("y")) {
            assertThat(y.toFloatArray()).containsExactly(Y);
        }
    }

    @Test
    void refusesDamagedFilesOfItsOwnFormat() throws IOException {
        var file = copy("matmul.xml");
        var graph = Graph.exported("ir", new GraphContent.OpenVinoFile(file));
        assertThatThrownBy(() -> engine().open(graph, options()))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("graph ir: openvino cannot open it: ");
        Files.write(folder.resolve("matmul.bin"), new byte[5]);
        assertThatThrownBy(() -> engine().open(graph, options()))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("graph ir: openvino cannot open it: ");
        Files.writeString(file, Files.readString(file).substring(0, 700));
        assertThatThrownBy(() -> engine().open(graph, options()))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("graph ir: openvino cannot open it: ");
    }

    @Test
    void namesAnOperatorThatItDoesNotHave() {
        var model = new ProtoWriter()
                .number(1, 10)
                .message(
                        7,
                        graph -> graph.message(
                                        1,
                                        node -> node.text(1, "x").text(2, "y").text(4, "Levitate"))
                                .text(2, "magic")
                                .message(11, port -> port.text(1, "x"))
                                .message(12, port -> port.text(1, "y")))
                .message(8, opset -> opset.text(1, "").number(2, 21))
                .toByteArray();
        var graph = Graph.exported("magic", new GraphContent.OnnxBytes(ByteBuffer.wrap(model), Optional.empty()));
        assertThatThrownBy(() -> engine().open(graph, options()))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("graph magic: openvino cannot open it: ")
                .hasMessageContaining("Levitate");
    }

    @Test
    void namesAPropertyThatItDoesNotHave() {
        assertThatThrownBy(() -> matmul(options().withProperties(Map.of("SPEED", "ludicrous"))))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("graph matmul: property SPEED: device CPU has none of that name; it has ")
                .hasMessageContaining("INFERENCE_NUM_THREADS");
    }

    /** Without hardware for it, half precision would be taken and be many times slower. */
    @Test
    void asksOnlyForPrecisionsThatTheDeviceLists() {
        var library = OpenVino.load(OpenVinoLocation.find().orElseThrow().library());
        var listed = library.cores().property(library.core(), "CPU", "OPTIMIZATION_CAPABILITIES");
        var bfloat = options().withProperties(Map.of("INFERENCE_PRECISION_HINT", "bf16"));
        if (listed.contains("BF16")) {
            matmul(bfloat).close();
        } else {
            assertThatThrownBy(() -> matmul(bfloat))
                    .isInstanceOf(EngineException.class)
                    .hasMessageStartingWith("graph matmul: precision bf16: device CPU lists only ");
        }
    }

    @Test
    void computesRunsSideBySideInStreams() {
        var options = SessionOptions.defaults().withThreads(2).withStreams(2);
        var tensors = new ArrayList<Tensor>();
        try (var session = matmul(options)) {
            var runs = new ArrayList<PendingRun>();
            for (int i = 0; i < 8; i++) {
                var x = Tensor.of(new float[] {i, 0, 0}, Shape.of(1, 3));
                var y = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, 2));
                tensors.addAll(List.of(x, y));
                runs.add(session.start(Map.of("x", x), Map.of("y", y)));
            }
            runs.forEach(PendingRun::await);
            for (int i = 0; i < 8; i++) {
                assertThat(tensors.get(2 * i + 1).toFloatArray()).containsExactly(i + 0.5f, 2 * i - 0.5f);
            }
        }
        tensors.forEach(Tensor::close);
    }

    @Test
    void takesMoreNumbersOfRowsThanItCompilesFor() {
        try (var session = matmul(options())) {
            for (int rows : new int[] {1, 2, 3, 4, 5, 1, 7}) {
                try (var x = Tensor.allocate(ElementType.FLOAT32, Shape.of(rows, 3));
                        var y = Tensor.allocate(ElementType.FLOAT32, Shape.of(rows, 2))) {
                    session.run(Map.of("x", x), Map.of("y", y));
                    assertThat(y.toFloatArray()).hasSize(2 * rows).contains(0.5f, -0.5f);
                }
            }
        }
    }

    @Test
    void keepsWhatItCompiledWhereItIsTold() throws IOException {
        matmul(options().withCache(folder)).close();
        try (var session = matmul(options().withCache(folder));
                var x = Tensor.of(X, Shape.of(2, 3));
                var y = session.run(Map.of("x", x), List.of("y")).get("y")) {
            assertThat(y.toFloatArray()).containsExactly(Y);
        }
        try (var files = Files.list(folder)) {
            assertThat(files).isNotEmpty();
        }
    }

    @Test
    void writesWhatOperatorsTook() throws IOException {
        var prefix = folder.resolve("profile");
        try (var session = matmul(options().withProfile(prefix));
                var x = Tensor.allocate(ElementType.FLOAT32, Shape.of(200_000, 3));
                var y = Tensor.allocate(ElementType.FLOAT32, Shape.of(200_000, 2))) {
            session.run(Map.of("x", x), Map.of("y", y));
        }
        var lines = Files.readAllLines(folder.resolve("profile-matmul.tsv"));
        assertThat(lines.getFirst()).isEqualTo("microseconds\ttype\tkernel\toperator");
        assertThat(lines).hasSizeGreaterThan(1);
        assertThat(lines.get(1)).matches("[1-9]\\d*\t\\w+\t\\S+\t.+");
        matmul(options().withProfile(folder.resolve("unused"))).close();
        assertThat(folder.resolve("unused-matmul.tsv")).hasContent(lines.getFirst());
    }

    @Test
    void tenThousandRunsLeakNothing() {
        try (var session = matmul(options());
                var x = Tensor.allocate(ElementType.FLOAT32, Shape.of(64, 3));
                var y = Tensor.allocate(ElementType.FLOAT32, Shape.of(64, 2))) {
            long before = 0;
            for (int i = 0; i < 11_000; i++) {
                if (i == 1000) {
                    before = ProcessMemory.anonymous().orElse(0);
                }
                session.run(Map.of("x", x), Map.of("y", y));
                session.run(Map.of("x", x), List.of("y")).values().forEach(Tensor::close);
                session.start(Map.of("x", x), Map.of("y", y)).await();
            }
            // a leak of one handle in each run would be 30,000 times some hundred bytes; the heap grows meanwhile, too
            assertThat(ProcessMemory.anonymous().orElse(0) - before).isLessThan(100_000_000);
        }
    }

    @Test
    void sessionsThatWereClosedLeakNothing() {
        long before = 0;
        for (int i = 0; i < 120; i++) {
            if (i == 40) {
                before = ProcessMemory.anonymous().orElse(0);
            }
            try (var session = matmul(options());
                    var x = Tensor.allocate(ElementType.FLOAT32, Shape.of(200_000, 3));
                    var y = Tensor.allocate(ElementType.FLOAT32, Shape.of(200_000, 2))) {
                session.run(Map.of("x", x), Map.of("y", y));
            }
        }
        // 80 requests that stayed would keep their own outputs, 1.6 MB each
        assertThat(ProcessMemory.anonymous().orElse(0) - before).isLessThan(80_000_000);
    }

    private Session matmul(SessionOptions options) {
        var graph = new Graph(
                "matmul",
                new GraphContent.OnnxBytes(ByteBuffer.wrap(contract("matmul.onnx")), Optional.empty()),
                List.of(),
                OptionalLong.empty(),
                OptionalLong.of(32));
        return engine().open(graph, options);
    }

    private static SessionOptions options() {
        return SessionOptions.defaults().withThreads(1);
    }

    private static byte[] contract(String name) {
        return read(EngineContract.class, name);
    }

    private Path copy(String name) throws IOException {
        return Files.write(folder.resolve(name), read(OpenVinoEngineTest.class, name));
    }

    private static byte[] read(Class<?> beside, String name) {
        try (var stream = beside.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
