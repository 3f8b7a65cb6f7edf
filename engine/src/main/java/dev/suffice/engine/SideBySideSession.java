package dev.suffice.engine;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A session that computes the two halves of a run's rows side by side, each with half of the threads. For networks whose rows do not depend on each other. Threads that share every operator of a
 * run wait for each other hundreds of times, and some operators have work for one of them only; so these are done sooner. A run of one row has half of the threads. Thread-safe.
 */
public final class SideBySideSession extends ForwardingSession {
    private static final int HALVES = 2;

    /** Threads that stay: engines keep memory for each thread that computes, and a new one would have to take it anew. */
    private final ExecutorService other = Executors.newCachedThreadPool(
            task -> Thread.ofPlatform().daemon().name("suffice-rows").unstarted(task));

    private SideBySideSession(Session session) {
        super(session);
    }

    /**
     * Opens a graph; as the engine does it alone where there is one thread, or streams are asked for.
     *
     * @param graph whose inputs and outputs with an open number of rows have as many as each other
     * @throws EngineException as {@link Engine#open}
     */
    public static Session open(Engine engine, Graph graph, SessionOptions options) {
        return options.threads() < HALVES || options.streams() > 1
                ? engine.open(graph, options)
                : new SideBySideSession(engine.open(graph, options.withStreams(HALVES)));
    }

    @Override
    public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        long rows = rows(inputs(), inputs);
        if (rows < HALVES || rows(wanted(outputs), outputs) != rows || other.isShutdown()) {
            session().run(inputs, outputs); // which says so if it cannot
            return;
        }
        long half = rows / HALVES;
        var second = ThreadRun.start(
                () -> session()
                        .run(part(inputs(), inputs, half, rows - half), part(outputs(), outputs, half, rows - half)),
                other);
        try {
            session().run(part(inputs(), inputs, 0, half), part(outputs(), outputs, 0, half));
        } catch (RuntimeException e) {
            try {
                second.await(); // the tensors are the caller's again when this returns
            } catch (RuntimeException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        second.await();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, List<String> outputs) {
        long rows = rows(inputs(), inputs);
        var known = new HashMap<String, TensorSpec>();
        outputs().forEach(spec -> known.put(spec.name(), spec));
        if (rows < HALVES || !outputs.stream().allMatch(name -> hasRows(known.get(name)))) {
            return session().run(inputs, outputs);
        }
        var made = new LinkedHashMap<String, Tensor>();
        for (var name : outputs) {
            var spec = Objects.requireNonNull(known.get(name));
            var sizes = spec.sizes().stream().mapToLong(Long::longValue).toArray();
            sizes[0] = rows;
            made.put(name, Tensor.allocate(spec.type(), Shape.of(sizes)));
        }
        try {
            run(inputs, made);
            return made;
        } catch (RuntimeException e) {
            made.values().forEach(Tensor::close);
            throw e;
        }
    }

    private List<TensorSpec> wanted(Map<String, Tensor> tensors) {
        return outputs().stream()
                .filter(spec -> tensors.containsKey(spec.name()))
                .toList();
    }

    /** The number of rows that all have whose number is open; 0 if a tensor is missing, or they differ. */
    private static long rows(List<TensorSpec> specs, Map<String, Tensor> tensors) {
        long rows = -1;
        for (var spec : specs) {
            var tensor = tensors.get(spec.name());
            if (tensor == null) {
                return 0;
            }
            if (isOpen(spec)) {
                long own = tensor.shape().rank() == 0 ? 0 : tensor.shape().size(0);
                if (rows >= 0 && rows != own) {
                    return 0;
                }
                rows = own;
            }
        }
        return rows;
    }

    private static boolean isOpen(TensorSpec spec) {
        return !spec.sizes().isEmpty() && spec.sizes().getFirst() == TensorSpec.DYNAMIC;
    }

    /** Whether the number of rows is all that is open. */
    private static boolean hasRows(@Nullable TensorSpec spec) {
        return spec != null && isOpen(spec) && spec.sizes().lastIndexOf(TensorSpec.DYNAMIC) == 0;
    }

    private static Map<String, Tensor> part(
            List<TensorSpec> specs, Map<String, Tensor> tensors, long from, long count) {
        var part = new HashMap<>(tensors);
        specs.stream()
                .filter(SideBySideSession::isOpen)
                .forEach(spec -> part.computeIfPresent(spec.name(), (_, tensor) -> tensor.rows(from, count)));
        return part;
    }

    @Override
    public void close() {
        other.shutdown();
        super.close();
    }
}
