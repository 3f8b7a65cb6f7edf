package dev.suffice.server.model;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.StepCount;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.RunListener;
import dev.suffice.diffusion.engines.EngineSelection;
import dev.suffice.engine.SessionOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The models: each loaded when it is first asked for, shared by all runs, and put away, the longest unused first, when more are loaded
 * than may be. A model in use is never put away. Thread-safe.
 */
public final class ModelShelf implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ModelShelf.class.getName());
    private static final int WARM_UP_STAGES = 3;

    private final SequencedMap<String, Path> folders;
    private final Map<String, ModelFacts> facts = new LinkedHashMap<>();
    private final Path cache;
    private final EngineSelection engine;
    private final SessionOptions options;
    private final int most;
    private final Map<String, Loaded> loaded = new LinkedHashMap<>();
    private final Object opening = new Object();
    private final AtomicReference<Readiness> readiness =
            new AtomicReference<>(Readiness.loading("reading the model", 0, WARM_UP_STAGES));
    private final Cancellation warmUp = new Cancellation();
    private boolean closed;

    private static final class Loaded {
        private final Ldm3dPipeline pipeline;
        private int users;
        private long used;

        Loaded(Ldm3dPipeline pipeline) {
            this.pipeline = pipeline;
        }
    }

    /**
     * A shelf, nothing loaded.
     *
     * @param folders by name, the default model first
     * @param cache for files that are unpacked once
     * @param engine what each of them runs on
     * @param most models loaded at once
     * @throws SufficeException if a folder is not a model's
     */
    public ModelShelf(
            SequencedMap<String, Path> folders, Path cache, EngineSelection engine, SessionOptions options, int most) {
        this.folders = folders;
        this.cache = cache;
        this.engine = engine;
        this.options = options;
        this.most = most;
        folders.forEach((name, folder) -> facts.put(name, ModelFacts.read(name, folder)));
    }

    /** Every model, the default one first. */
    public List<ModelFacts> all() {
        return List.copyOf(facts.values());
    }

    /** The default model. */
    public ModelFacts first() {
        return facts.values().iterator().next();
    }

    /** The model of that name. */
    public Optional<ModelFacts> find(String name) {
        return Optional.ofNullable(facts.get(name));
    }

    /** How far the default model has come. */
    public Readiness readiness() {
        return readiness.get();
    }

    /**
     * Loads the default model and runs one step with it, so that the first request does not pay for that.
     *
     * @throws SufficeException if it cannot be loaded; {@link #readiness} says so too
     */
    public void warmUp() {
        var name = first().name();
        try (var use = use(name)) {
            readiness.set(Readiness.loading("opening the networks", 1, WARM_UP_STAGES));
            var request = ImageRequest.of("a place").steps(StepCount.fixed(1)).build();
            use.pipeline().run(request, warmUp, new RunListener() {
                @Override
                public void stage(String stage) {
                    if (stage.equals("denoise")) {
                        readiness.set(Readiness.loading("running a first step", 2, WARM_UP_STAGES));
                    }
                }
            });
            readiness.set(new Readiness(Readiness.State.READY, "ready", WARM_UP_STAGES, WARM_UP_STAGES, ""));
        } catch (CancelledException e) {
            LOG.log(System.Logger.Level.DEBUG, "the server was stopped while its model loaded", e);
        } catch (SufficeException e) {
            readiness.set(
                    new Readiness(Readiness.State.FAILED, "failed", 0, WARM_UP_STAGES, String.valueOf(e.getMessage())));
            throw e;
        }
    }

    /** A model in use; close it afterwards. */
    public final class Use implements AutoCloseable {
        private final Loaded model;

        private Use(Loaded model) {
            this.model = model;
        }

        /** The model. */
        public Ldm3dPipeline pipeline() {
            return model.pipeline;
        }

        @Override
        public void close() {
            release(model);
        }
    }

    /**
     * A model to run; waits while it is loaded.
     *
     * @param name one of {@link #all}
     * @throws SufficeException if it cannot be loaded
     */
    public Use use(String name) {
        synchronized (opening) { // one at a time: loading takes all processors and much memory
            var present = taken(name);
            if (present.isPresent()) {
                return new Use(present.get());
            }
            var folder = folders.get(name);
            if (folder == null) {
                throw new IllegalArgumentException("model " + name);
            }
            discard(surplus(most - 1));
            var chosen = engine.of(folder, name, RunListener.silent()).engine();
            var opened = new Loaded(Ldm3dPipeline.open(folder, name, cache, chosen, options));
            synchronized (this) {
                if (closed) {
                    opened.pipeline.close();
                    throw new CancelledException();
                }
                loaded.put(name, opened);
            }
            return new Use(taken(name).orElseThrow());
        }
    }

    /** Names of the models that are loaded now. */
    public synchronized List<String> loaded() {
        return List.copyOf(loaded.keySet());
    }

    private synchronized Optional<Loaded> taken(String name) {
        var model = Optional.ofNullable(loaded.get(name));
        model.ifPresent(m -> m.users++);
        return model;
    }

    private void release(Loaded model) {
        synchronized (this) {
            model.users--;
            model.used = System.nanoTime();
        }
        discard(surplus(most));
    }

    /** Takes what is not in use off the shelf until no more than so many are left. */
    private synchronized List<Loaded> surplus(int left) {
        var surplus = new ArrayList<Loaded>();
        var idle = loaded.entrySet().stream()
                .filter(entry -> entry.getValue().users == 0)
                .sorted(Comparator.comparingLong(entry -> entry.getValue().used))
                .toList();
        for (var entry : idle) {
            if (loaded.size() <= left && !closed) {
                break;
            }
            loaded.remove(entry.getKey());
            surplus.add(entry.getValue());
        }
        return surplus;
    }

    private static void discard(List<Loaded> models) {
        models.forEach(model -> model.pipeline.close());
    }

    /** Puts every model away: those in use as soon as they are not. */
    @Override
    public void close() {
        warmUp.cancel();
        synchronized (this) {
            closed = true;
        }
        discard(surplus(0));
    }
}
