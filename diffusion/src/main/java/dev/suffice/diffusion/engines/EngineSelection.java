package dev.suffice.diffusion.engines;

import dev.suffice.diffusion.RunListener;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import java.nio.file.Path;
import java.util.List;

/** Says which engine a model runs on. Thread-safe. */
@FunctionalInterface
public interface EngineSelection {
    /** What is given in place of an engine's name, for the fastest. */
    String AUTO = "auto";

    /**
     * The engine for a model.
     *
     * @param folder in diffusers' layout
     * @param name of the model, for messages
     * @param listener hears what takes time
     */
    EngineChoice of(Path folder, String name, RunListener listener);

    /** That one, for every model. */
    static EngineSelection of(Engine engine) {
        return (_, _, _) -> new EngineChoice(engine, List.of());
    }

    /**
     * The engine of that name, or with {@value #AUTO} the one that makes images soonest, measured when a model is asked for first.
     *
     * @param cache folder for what was measured
     * @param options that the model will run with
     * @param work what the process is going to do
     * @throws dev.suffice.core.InvalidRequestException if no such engine is installed
     * @throws dev.suffice.engine.EngineException if it is installed and cannot run on this machine
     */
    static EngineSelection parse(String name, Path cache, SessionOptions options, ExpectedWork work) {
        return name.equals(AUTO) ? FastestEngine.ofMachine(cache, options, work) : of(Engines.named(name));
    }
}
