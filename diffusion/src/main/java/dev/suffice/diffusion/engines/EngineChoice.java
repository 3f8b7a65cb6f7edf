package dev.suffice.diffusion.engines;

import dev.suffice.engine.Engine;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An engine, and why it is that one.
 *
 * @param engine the engine
 * @param measured what it was chosen by; empty if it was named, or nothing was to choose
 */
public record EngineChoice(Engine engine, List<EngineTimes> measured) {
    /** Copies the list. */
    public EngineChoice {
        measured = List.copyOf(measured);
    }

    /** For people: the engine, and what all of them took. */
    public String text() {
        return measured.isEmpty()
                ? engine.name()
                : engine.name()
                        + measured.stream().map(EngineTimes::toString).collect(Collectors.joining("; ", " (", ")"));
    }
}
