package dev.suffice.language;

import dev.suffice.engine.Engine;
import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.onnx.OperatorSet;

/** An engine whose decoders update their caches in place, whatever it does itself. */
record CachingEngine(Engine engine) implements Engine {
    /** The engine itself, if it does. */
    static Engine of(Engine engine) {
        boolean does = OperatorSet.of(engine.name()) == OperatorSet.ONNX_RUNTIME || engine instanceof CachingEngine;
        return does ? engine : new CachingEngine(engine);
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
        return new CacheInPlace(engine.open(graph, options));
    }
}
