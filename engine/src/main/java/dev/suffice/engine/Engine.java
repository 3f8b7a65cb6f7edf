package dev.suffice.engine;

/** An inference library. Implementations are registered as a service, stateless and thread-safe. */
public interface Engine {
    /** Name as on the command line, e.g. {@code onnxruntime}. */
    String name();

    /** Whether it can run here, and if not, why and what to do. Never throws, never falls back to something else. */
    EngineStatus probe();

    /**
     * Makes a graph ready to run. Weights stay in their files, mapped.
     *
     * @throws EngineException if the engine is not available or refuses the graph
     */
    Session open(Graph graph, SessionOptions options);
}
