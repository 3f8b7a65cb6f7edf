package dev.suffice.diffusion.engines;

import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.RunListener;
import dev.suffice.engine.Engine;
import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Measures what each engine takes for a model, once for a model, an engine's version and a number of threads, and chooses by what the process is going to do: an engine that computes faster and
 * opens a model more slowly is for processes that stay. An engine that fails is left out, with a warning.
 */
final class FastestEngine implements EngineSelection {
    private final Supplier<List<Engine>> available;
    private final EngineTimesFile file;
    private final Trial trial;
    private final ExpectedWork work;

    /** Measures an engine. */
    interface Trial {
        /** Does what only the first in a process pays for. */
        void warmUp(Engine engine, Path folder, String name);

        EngineTimes measure(Engine engine, String version, Path folder, String name);
    }

    /**
     * @param available the engines that can run here
     */
    FastestEngine(Supplier<List<Engine>> available, EngineTimesFile file, Trial trial, ExpectedWork work) {
        this.available = available;
        this.file = file;
        this.trial = trial;
        this.work = work;
    }

    /** Of this machine's engines. */
    static FastestEngine ofMachine(Path cache, SessionOptions options, ExpectedWork work) {
        return new FastestEngine(
                Engines::available,
                new EngineTimesFile(cache.resolve("engines/times"), options),
                new EngineTrial(cache, options),
                work);
    }

    @Override
    public synchronized EngineChoice of(Path folder, String name, RunListener listener) {
        var engines = available.get();
        if (engines.size() == 1) {
            return new EngineChoice(engines.getFirst(), List.of());
        }
        var known = file.read(folder);
        var times = new ArrayList<EngineTimes>();
        boolean warm = false;
        for (var engine : engines) {
            var version = version(engine);
            var before = known.stream()
                    .filter(one ->
                            one.engine().equals(engine.name()) && one.version().equals(version))
                    .findFirst();
            if (before.isPresent()) {
                times.add(before.get());
                continue;
            }
            listener.warning("measuring engine %s on model %s, once".formatted(engine.name(), name));
            try {
                if (!warm) {
                    trial.warmUp(engine, folder, name);
                    warm = true;
                }
                times.add(trial.measure(engine, version, folder, name));
            } catch (SufficeException e) {
                listener.warning("engine %s is left out: %s".formatted(engine.name(), e.getMessage()));
            }
        }
        if (!times.equals(known)) {
            file.write(folder, times);
        }
        return choose(engines, times);
    }

    private EngineChoice choose(List<Engine> engines, List<EngineTimes> times) {
        var best = times.stream()
                .min(Comparator.comparingDouble(one -> one.perImage(work.images(), work.steps())))
                .map(EngineTimes::engine)
                .orElse(Engines.DEFAULT);
        return engines.stream()
                .filter(one -> one.name().equals(best))
                .findFirst()
                .map(engine -> new EngineChoice(engine, times))
                .orElseGet(() -> new EngineChoice(Engines.named(Engines.DEFAULT), times));
    }

    private static String version(Engine engine) {
        return engine.probe() instanceof EngineStatus.Available status ? status.version() : "";
    }
}
