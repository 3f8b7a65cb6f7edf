package dev.suffice.engine;

import dev.suffice.core.InvalidRequestException;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The engines that are installed. */
public final class Engines {
    /** Name of the engine used when none is asked for. */
    public static final String DEFAULT = "onnxruntime";

    private Engines() {}

    /** All installed engines, available or not, by name. */
    public static List<Engine> installed() {
        return ServiceLoader.load(Engine.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Engine::name))
                .toList();
    }

    /** The installed engines that can run on this machine, by name. */
    public static List<Engine> available() {
        return installed().stream()
                .filter(engine -> engine.probe() instanceof EngineStatus.Available)
                .toList();
    }

    /**
     * The engine of that name, which can run here.
     *
     * @throws InvalidRequestException if no such engine is installed
     * @throws EngineException if it is installed and cannot run on this machine
     */
    public static Engine named(String name) {
        var installed = installed();
        var engine = installed.stream()
                .filter(e -> e.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException("engine %s: not installed; installed: %s"
                        .formatted(name, installed.stream().map(Engine::name).collect(Collectors.joining(", ")))));
        return switch (engine.probe()) {
            case EngineStatus.Available _ -> engine;
            case EngineStatus.Unavailable(var reason, var remedy) ->
                throw new EngineException("engine %s: %s; %s".formatted(name, reason, remedy));
        };
    }
}
