package dev.suffice.engine.openvino;

import dev.suffice.engine.EngineException;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What is compiled of a model. The library's kernels are faster where all sizes are known: a small model of which only the number of rows is open is compiled for the first few numbers that
 * runs come with, each when it first comes; a large one, whose weights would be in memory again and again, or one with other open sizes, is compiled once for all of them. Thread-safe.
 */
final class ModelVariants implements AutoCloseable {
    /** A model with more weights is compiled once, in bytes. */
    private static final long SMALL = 512L << 20;

    /** Numbers of rows that a model is compiled for. */
    private static final int MOST = 3;

    private final ReadModel model;
    private final String device;
    private final Map<String, String> properties;
    private final boolean byRows;
    private final SequencedMap<Long, CompiledModel> ofRows = new LinkedHashMap<>();
    private @Nullable CompiledModel ofAll;

    private ModelVariants(ReadModel model, boolean byRows, String device, Map<String, String> properties) {
        this.model = model;
        this.byRows = byRows;
        this.device = device;
        this.properties = properties;
    }

    /**
     * Compiles a model, unless it waits for the number of rows.
     *
     * @param model is closed with this
     * @param weightBytes of its weights
     * @throws EngineException if it cannot be compiled; the model is closed
     */
    static ModelVariants open(ReadModel model, long weightBytes, String device, Map<String, String> properties) {
        var variants = new ModelVariants(model, weightBytes <= SMALL && onlyRowsAreOpen(model), device, properties);
        try {
            if (!variants.byRows) {
                variants.ofAll = variants.compile();
            }
            return variants;
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private static boolean onlyRowsAreOpen(ReadModel model) {
        boolean any = false;
        for (var input : model.ports().inputs().values()) {
            var sizes = input.sizes();
            if (sizes.indexOf(TensorSpec.DYNAMIC) > 0 || sizes.lastIndexOf(TensorSpec.DYNAMIC) > 0) {
                return false;
            }
            any |= !sizes.isEmpty() && sizes.getFirst() == TensorSpec.DYNAMIC;
        }
        return any;
    }

    /** What computes a run with these inputs, which fit the model. */
    synchronized CompiledModel of(Map<String, Tensor> inputs) {
        if (!byRows) {
            return all();
        }
        var rows = rows(inputs);
        var present = ofRows.get(rows);
        if (present != null) {
            return present;
        }
        if (rows < 1 || ofRows.size() == MOST) {
            return all();
        }
        reshape(rows);
        var compiled = compile();
        ofRows.put(rows, compiled);
        return compiled;
    }

    private CompiledModel all() {
        var present = ofAll;
        if (present == null) {
            if (byRows) {
                reshape(TensorSpec.DYNAMIC);
            }
            present = compile();
            ofAll = present;
        }
        return present;
    }

    /** The number of rows that all inputs have whose number is open; 0 if they differ. */
    private long rows(Map<String, Tensor> inputs) {
        long rows = -1;
        for (var input : model.ports().inputs().values()) {
            var tensor = inputs.get(input.name());
            if (tensor != null && !input.sizes().isEmpty() && input.sizes().getFirst() == TensorSpec.DYNAMIC) {
                Shape shape = tensor.shape();
                if (rows >= 0 && rows != shape.size(0)) {
                    return 0;
                }
                rows = shape.size(0);
            }
        }
        return rows;
    }

    private void reshape(long rows) {
        var sizes = new LinkedHashMap<String, List<Long>>();
        for (var input : model.ports().inputs().values()) {
            sizes.put(
                    input.name(),
                    input.sizes().stream()
                            .map(size -> size == TensorSpec.DYNAMIC ? rows : size)
                            .toList());
        }
        model.library().models().reshape(model.model(), sizes);
    }

    private CompiledModel compile() {
        var library = model.library();
        return new CompiledModel(
                library.requests(),
                library.cores().compile(library.core(), model.model(), device, properties),
                model.ports());
    }

    /** What each operator of the last run took, of all that is compiled that which was first; nothing if there was no run. */
    synchronized List<OperatorTime> times() {
        var all = new ArrayList<>(ofRows.values());
        Optional.ofNullable(ofAll).ifPresent(all::add);
        return all.stream()
                .map(CompiledModel::times)
                .filter(times -> !times.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    @Override
    public synchronized void close() {
        ofRows.values().forEach(CompiledModel::close);
        var present = ofAll;
        if (present != null) {
            present.close();
        }
        model.close();
    }
}
