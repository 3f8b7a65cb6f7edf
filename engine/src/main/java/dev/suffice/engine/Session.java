package dev.suffice.engine;

import java.util.List;
import java.util.Map;

/** A graph made ready to run. Thread-safe: many threads may run it at once, each with tensors of its own. */
public interface Session extends AutoCloseable {
    /** The inputs, all of which a run needs. */
    List<TensorSpec> inputs();

    /** The outputs, any of which a run may ask for. */
    List<TensorSpec> outputs();

    /**
     * Computes the outputs into the caller's tensors.
     *
     * @param inputs every input by name
     * @param outputs the outputs wanted, by name, with memory of the right type and shape to write into
     * @throws EngineException if a tensor is missing, unknown or does not fit, or the engine fails
     */
    void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs);

    /**
     * Computes the outputs into new tensors, which the caller closes.
     *
     * @param inputs every input by name
     * @param outputs names of the outputs wanted
     * @throws EngineException as above
     */
    Map<String, Tensor> run(Map<String, Tensor> inputs, List<String> outputs);

    /**
     * Begins to compute the outputs into the caller's tensors and returns at once. All tensors have to stay until the run has ended.
     *
     * @param inputs every input by name
     * @param outputs the outputs wanted, by name, with memory of the right type and shape to write into
     * @return what to wait for; the reason why a tensor is refused is thrown here or there
     */
    default PendingRun start(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        return ThreadRun.start(() -> run(inputs, outputs));
    }

    /** Frees what the engine holds. No run may be under way. */
    @Override
    void close();
}
