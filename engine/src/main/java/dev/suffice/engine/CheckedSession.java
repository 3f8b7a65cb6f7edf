package dev.suffice.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the sessions of all engines have in common: tensors are compared with the ports before anything is computed, and nothing is computed after the close. An engine says how to compute
 * and what to free. Thread-safe, if what it adds is.
 */
public abstract class CheckedSession implements Session {
    private final Ports ports;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** With these inputs and outputs. */
    protected CheckedSession(Ports ports) {
        this.ports = ports;
    }

    /** Name of the graph, for messages. */
    protected final String graph() {
        return ports.graph();
    }

    @Override
    public final List<TensorSpec> inputs() {
        return List.copyOf(ports.inputs().values());
    }

    @Override
    public final List<TensorSpec> outputs() {
        return List.copyOf(ports.outputs().values());
    }

    @Override
    public final void run(Map<String, Tensor> given, Map<String, Tensor> wanted) {
        check(given, wanted);
        compute(given, wanted);
    }

    @Override
    public final Map<String, Tensor> run(Map<String, Tensor> given, List<String> wanted) {
        checkOpen();
        ports.checkInputs(given);
        ports.checkOutputs(wanted);
        return compute(given, wanted);
    }

    @Override
    public final PendingRun start(Map<String, Tensor> given, Map<String, Tensor> wanted) {
        check(given, wanted);
        return begin(given, wanted);
    }

    @Override
    public final void close() {
        if (closed.compareAndSet(false, true)) {
            free();
        }
    }

    /** As {@link #run(Map, Map)}, of tensors that fit. */
    protected abstract void compute(Map<String, Tensor> given, Map<String, Tensor> wanted);

    /** As {@link #run(Map, List)}, of tensors that fit. */
    protected abstract Map<String, Tensor> compute(Map<String, Tensor> given, List<String> wanted);

    /** As {@link #start}, of tensors that fit; on a thread of its own, unless the engine knows better. */
    protected PendingRun begin(Map<String, Tensor> given, Map<String, Tensor> wanted) {
        return ThreadRun.start(() -> compute(given, wanted));
    }

    /** Frees what the engine holds; called once. */
    protected abstract void free();

    private void check(Map<String, Tensor> given, Map<String, Tensor> wanted) {
        checkOpen();
        ports.checkInputs(given);
        ports.checkOutputs(wanted);
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new EngineException("graph %s: the session is closed".formatted(ports.graph()));
        }
    }
}
