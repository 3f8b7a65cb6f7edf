package dev.suffice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SideBySideSessionTest {
    private static final Graph GRAPH =
            Graph.exported("doubles", new GraphContent.OnnxBytes(ByteBuffer.allocate(0), Optional.empty()));
    private static final SessionOptions TWO = SessionOptions.defaults().withThreads(2);

    /** Doubles its rows; those that begin with a negative number are refused. */
    private static final class Doubling extends CheckedSession implements Engine {
        private final List<Long> rows = Collections.synchronizedList(new ArrayList<>());
        private final List<SessionOptions> options = new ArrayList<>();
        private Optional<CyclicBarrier> meeting = Optional.empty();
        private boolean freed;

        Doubling() {
            super(Ports.of(
                    "doubles",
                    List.of(
                            new TensorSpec("x", ElementType.FLOAT32, List.of(TensorSpec.DYNAMIC, 2L)),
                            new TensorSpec("factor", ElementType.FLOAT32, List.of(1L))),
                    List.of(new TensorSpec("y", ElementType.FLOAT32, List.of(TensorSpec.DYNAMIC, 2L)))));
        }

        @Override
        public String name() {
            return "doubling";
        }

        @Override
        public EngineStatus probe() {
            return new EngineStatus.Available("1", List.of("cpu"));
        }

        @Override
        public Session open(Graph graph, SessionOptions wanted) {
            options.add(wanted);
            return this;
        }

        @Override
        protected void compute(Map<String, Tensor> given, Map<String, Tensor> wanted) {
            var x = Objects.requireNonNull(given.get("x"));
            var values = x.toFloatArray();
            rows.add(x.shape().size(0));
            meeting.ifPresent(barrier -> {
                try {
                    barrier.await(10, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException("the halves are not computed at the same time", e);
                }
            });
            if (values[0] < 0) {
                throw new EngineException("negative " + values[0]);
            }
            float factor = Objects.requireNonNull(given.get("factor")).toFloatArray()[0];
            for (int i = 0; i < values.length; i++) {
                values[i] *= factor;
            }
            Objects.requireNonNull(wanted.get("y")).copyFrom(values);
        }

        @Override
        protected Map<String, Tensor> compute(Map<String, Tensor> given, List<String> wanted) {
            var made = Tensor.allocate(
                    ElementType.FLOAT32, Objects.requireNonNull(given.get("x")).shape());
            compute(given, Map.of("y", made));
            return Map.of("y", made);
        }

        @Override
        protected void free() {
            freed = true;
        }
    }

    private static Map<String, Tensor> inputs(float... values) {
        return Map.of(
                "x",
                Tensor.of(values, Shape.of(values.length / 2, 2)),
                "factor",
                Tensor.of(new float[] {2}, Shape.of(1)));
    }

    private static Tensor output(long rows) {
        return Tensor.allocate(ElementType.FLOAT32, Shape.of(rows, 2));
    }

    @Test
    void bothHalvesAreComputedAtTheSameTime() {
        var engine = new Doubling();
        engine.meeting = Optional.of(new CyclicBarrier(2));
        var y = output(3);
        try (var session = SideBySideSession.open(engine, GRAPH, TWO)) {
            session.run(inputs(1, 2, 3, 4, 5, 6), Map.of("y", y));
            assertThat(y.toFloatArray()).containsExactly(2, 4, 6, 8, 10, 12);
            var made = session.run(inputs(1, 2, 3, 4), List.of("y"));
            assertThat(Objects.requireNonNull(made.get("y")).toFloatArray()).containsExactly(2, 4, 6, 8);
        }
        assertThat(engine.rows).containsExactlyInAnyOrder(1L, 2L, 1L, 1L);
        assertThat(engine.options).extracting(SessionOptions::streams).containsExactly(2);
        assertThat(engine.freed).isTrue();
    }

    @Test
    void oneRowIsNotDivided() {
        var engine = new Doubling();
        var y = output(1);
        try (var session = SideBySideSession.open(engine, GRAPH, TWO)) {
            session.run(inputs(1, 2), Map.of("y", y));
            assertThat(session.run(inputs(3, 4), List.of("y"))).hasSize(1);
        }
        assertThat(y.toFloatArray()).containsExactly(2, 4);
        assertThat(engine.rows).containsExactly(1L, 1L);
    }

    @Test
    void oneThreadOrStreamsOfTheCallersAreLeftAlone() {
        var engine = new Doubling();
        assertThat(SideBySideSession.open(engine, GRAPH, TWO.withThreads(1))).isSameAs(engine);
        assertThat(SideBySideSession.open(engine, GRAPH, TWO.withStreams(2))).isSameAs(engine);
        assertThat(engine.options).extracting(SessionOptions::streams).containsExactly(1, 2);
    }

    @Test
    void theFailureOfEitherHalfIsThrown() {
        var engine = new Doubling();
        try (var session = SideBySideSession.open(engine, GRAPH, TWO)) {
            for (var values : List.of(new float[] {-1, 2, 3, 4}, new float[] {1, 2, -1, 4})) {
                assertThatThrownBy(() -> session.run(inputs(values), Map.of("y", output(2))))
                        .isInstanceOf(EngineException.class)
                        .hasMessage("negative -1.0");
                assertThatThrownBy(() -> session.run(inputs(values), List.of("y")))
                        .isInstanceOf(EngineException.class)
                        .hasMessage("negative -1.0");
            }
        }
    }

    @Test
    void whatDoesNotFitIsSaidAsTheEngineSaysIt() {
        var engine = new Doubling();
        var session = SideBySideSession.open(engine, GRAPH, TWO);
        var whole = inputs(1, 2, 3, 4);
        assertThatThrownBy(() -> session.run(Map.of("x", Objects.requireNonNull(whole.get("x"))), List.of("y")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("factor");
        assertThatThrownBy(() -> session.run(whole, List.of("z")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("z");
        session.close();
        assertThatThrownBy(() -> session.run(whole, Map.of("y", output(2))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("the session is closed");
    }
}
