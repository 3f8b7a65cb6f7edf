package dev.suffice.engine;

import java.util.List;
import java.util.Map;

/** A session that leaves everything to another but what a subclass changes: how tensors go in and come out. Thread-safe, as the other is. */
public abstract class ForwardingSession implements Session {
    private final Session session;

    /** In front of another session, which is closed with this. */
    protected ForwardingSession(Session session) {
        this.session = session;
    }

    /** The other session. */
    protected final Session session() {
        return session;
    }

    @Override
    public List<TensorSpec> inputs() {
        return session.inputs();
    }

    @Override
    public List<TensorSpec> outputs() {
        return session.outputs();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, List<String> outputs) {
        return session.run(inputs, outputs);
    }

    @Override
    public void close() {
        session.close();
    }
}
