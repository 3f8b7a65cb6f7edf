package dev.suffice.engine.openvino;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/** A request that a run has for itself, with its tensors set. For one thread at a time. */
final class Run implements AutoCloseable {
    private final CompiledModel model;
    private final CompiledModel.Request request;
    private final Map<String, Tensor> wanted;

    /**
     * @param wanted outputs with memory of their own; all others go where the library wants
     * @throws EngineException if an integer is too large for the library
     */
    Run(CompiledModel model, Map<String, Tensor> given, Map<String, Tensor> wanted) {
        given.forEach(Run::checkIntegers);
        this.model = model;
        this.wanted = Map.copyOf(wanted);
        this.request = model.take();
        try {
            request.set(given, wanted);
        } catch (RuntimeException | Error e) {
            model.giveBack(request);
            throw e;
        }
    }

    /**
     * The library computes with the lower 32 bits of integers, whatever their type.
     *
     * @throws EngineException if a value does not fit
     */
    private static void checkIntegers(String name, Tensor tensor) {
        if (tensor.type() != ElementType.INT64 && tensor.type() != ElementType.UINT64) {
            return;
        }
        var data = tensor.data();
        for (long at = 0; at < data.byteSize(); at += Long.BYTES) {
            long value = data.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
            if (value != (int) value) {
                throw new EngineException(
                        "input %s: value %d: openvino computes with integers of 32 bits".formatted(name, value));
            }
        }
    }

    CompiledModel.Request request() {
        return request;
    }

    /**
     * Checks that the outputs have come out as large as the memory for them, where their sizes could not be known before.
     *
     * @throws EngineException if one has not
     */
    void checkSizes() {
        wanted.forEach((name, tensor) -> {
            var shape = request.shapeOf(name);
            if (!shape.equals(tensor.shape())) {
                throw new EngineException(
                        "output %s has the shape %s: there is memory for %s".formatted(name, shape, tensor.shape()));
            }
        });
    }

    @Override
    public void close() {
        model.giveBack(request);
    }
}
