package dev.suffice.bench.peers;

import dev.suffice.engine.Engine;
import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.ForwardingSession;
import dev.suffice.engine.Graph;
import dev.suffice.engine.PendingRun;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** An engine that counts the time in which one of its sessions runs, once where several do. */
final class TimedEngine implements Engine {
    private final Engine engine;
    private long nanos;
    private long started;
    private int running;

    TimedEngine(Engine engine) {
        this.engine = engine;
    }

    /** Seconds within runs since this was asked last; none may be running. */
    synchronized double takeSeconds() {
        double seconds = nanos / 1e9;
        nanos = 0;
        return seconds;
    }

    private synchronized void begins() {
        if (running++ == 0) {
            started = System.nanoTime();
        }
    }

    private synchronized void ends() {
        if (--running == 0) {
            nanos += System.nanoTime() - started;
        }
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public EngineStatus probe() {
        return engine.probe();
    }

    @Override
    public Session open(Graph graph, SessionOptions options) {
        return new TimedSession(engine.open(graph, options));
    }

    private <T> T timed(Supplier<T> call) {
        begins();
        try {
            return call.get();
        } finally {
            ends();
        }
    }

    private final class TimedSession extends ForwardingSession {
        TimedSession(Session session) {
            super(session);
        }

        @Override
        public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
            timed(() -> {
                session().run(inputs, outputs);
                return true;
            });
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs, List<String> outputs) {
            return timed(() -> session().run(inputs, outputs));
        }

        @Override
        public PendingRun start(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
            var pending = session().start(inputs, outputs);
            return () -> timed(() -> {
                pending.await();
                return true;
            });
        }
    }
}
