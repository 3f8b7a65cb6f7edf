package dev.suffice.engine.openvino;

import static dev.suffice.engine.openvino.NativeFunctions.INT;
import static dev.suffice.engine.openvino.NativeFunctions.LONG;
import static dev.suffice.engine.openvino.NativeFunctions.POINTER;
import static dev.suffice.engine.openvino.NativeFunctions.unexpected;

import dev.suffice.engine.EngineException;
import dev.suffice.engine.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The library's {@code ov_model_*} and what they need: the inputs and outputs of a model that was read, and their shapes. Thread-safe. */
final class ModelFunctions {
    /** {@code ov_dimension_t}: the least and the largest size. */
    private static final StructLayout DIMENSION = MemoryLayout.structLayout(LONG.withName("min"), LONG.withName("max"));

    /** {@code ov_partial_shape_t}: number of axes and their sizes. */
    private static final StructLayout PARTIAL_SHAPE =
            MemoryLayout.structLayout(DIMENSION.withName("rank"), POINTER.withName("dims"));

    private static final long DIMS = DIMENSION.byteSize();
    private static final int MOST_AXES = 64;

    private final NativeFunctions functions;
    private final MethodHandle modelFree;
    private final MethodHandle reshape;
    private final Side inputs;
    private final Side outputs;
    private final MethodHandle portName;
    private final MethodHandle portShape;
    private final MethodHandle portType;
    private final MethodHandle portFree;
    private final MethodHandle partialFree;

    /** What there is of inputs and of outputs. */
    private record Side(MethodHandle size, MethodHandle byIndex, MethodHandle byName) {}

    ModelFunctions(NativeFunctions functions) {
        this.functions = functions;
        this.modelFree = functions.procedure("ov_model_free", POINTER);
        this.reshape = functions.status("ov_model_reshape", POINTER, POINTER, POINTER, LONG);
        this.inputs = side("input");
        this.outputs = side("output");
        this.portName = functions.status("ov_port_get_any_name", POINTER, POINTER);
        this.portShape = functions.status("ov_port_get_partial_shape", POINTER, POINTER);
        this.portType = functions.status("ov_port_get_element_type", POINTER, POINTER);
        this.portFree = functions.procedure("ov_output_const_port_free", POINTER);
        this.partialFree = functions.procedure("ov_partial_shape_free", POINTER);
    }

    private Side side(String name) {
        return new Side(
                functions.status("ov_model_%ss_size".formatted(name), POINTER, POINTER),
                functions.status("ov_model_const_%s_by_index".formatted(name), POINTER, LONG, POINTER),
                functions.status("ov_model_const_%s_by_name".formatted(name), POINTER, POINTER, POINTER));
    }

    void free(MemorySegment model) {
        try {
            modelFree.invokeExact(model);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** All inputs, by a name of each. */
    List<TensorSpec> inputs(MemorySegment model) {
        return all(model, inputs);
    }

    /** All outputs, by a name of each. */
    List<TensorSpec> outputs(MemorySegment model) {
        return all(model, outputs);
    }

    /** The input of that name. */
    TensorSpec input(MemorySegment model, String name) {
        return named(model, inputs, name);
    }

    /** The output of that name, of which the library may know several. */
    TensorSpec output(MemorySegment model, String name) {
        return named(model, outputs, name);
    }

    /** Gives all inputs other shapes; sizes are {@link TensorSpec#DYNAMIC} where any will do. */
    void reshape(MemorySegment model, Map<String, List<Long>> sizes) {
        try (var arena = Arena.ofConfined()) {
            var names = arena.allocate(POINTER, sizes.size());
            var shapes = arena.allocate(PARTIAL_SHAPE, sizes.size());
            int i = 0;
            for (var entry : sizes.entrySet()) {
                names.setAtIndex(POINTER, i, arena.allocateFrom(entry.getKey()));
                var shape = shapes.asSlice(i++ * PARTIAL_SHAPE.byteSize(), PARTIAL_SHAPE);
                write(arena, shape, entry.getValue());
            }
            functions.check((int) reshape.invokeExact(model, names, shapes, (long) sizes.size()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static void write(Arena arena, MemorySegment shape, List<Long> sizes) {
        var dims = arena.allocate(DIMENSION, Math.max(1, sizes.size()));
        shape.set(LONG, 0, sizes.size());
        shape.set(LONG, LONG.byteSize(), sizes.size());
        shape.set(POINTER, DIMS, dims);
        for (int axis = 0; axis < sizes.size(); axis++) {
            long size = sizes.get(axis);
            dims.setAtIndex(LONG, 2L * axis, size == TensorSpec.DYNAMIC ? 0 : size);
            dims.setAtIndex(LONG, 2L * axis + 1, size);
        }
    }

    private List<TensorSpec> all(MemorySegment model, Side side) {
        try (var arena = Arena.ofConfined()) {
            var size = arena.allocate(LONG);
            functions.check((int) side.size.invokeExact(model, size));
            var specs = new ArrayList<TensorSpec>();
            for (long i = 0; i < size.get(LONG, 0); i++) {
                var port = arena.allocate(POINTER);
                functions.check((int) side.byIndex.invokeExact(model, i, port));
                var name = arena.allocate(POINTER);
                try {
                    functions.check((int) portName.invokeExact(port.get(POINTER, 0), name));
                    var text = functions.owned(name.get(POINTER, 0));
                    specs.add(spec(arena, port.get(POINTER, 0), text == null ? "" : text));
                } finally {
                    portFree.invokeExact(port.get(POINTER, 0));
                }
            }
            return specs;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private TensorSpec named(MemorySegment model, Side side, String name) {
        try (var arena = Arena.ofConfined()) {
            var port = arena.allocate(POINTER);
            functions.check((int) side.byName.invokeExact(model, arena.allocateFrom(name), port));
            try {
                return spec(arena, port.get(POINTER, 0), name);
            } finally {
                portFree.invokeExact(port.get(POINTER, 0));
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private TensorSpec spec(Arena arena, MemorySegment port, String name) throws Throwable {
        var type = arena.allocate(INT);
        functions.check((int) portType.invokeExact(port, type));
        var shape = arena.allocate(PARTIAL_SHAPE);
        functions.check((int) portShape.invokeExact(port, shape));
        try {
            return new TensorSpec(name, OpenVinoType.of(type.get(INT, 0)), sizes(name, shape));
        } finally {
            partialFree.invokeExact(shape);
        }
    }

    private static List<Long> sizes(String name, MemorySegment shape) {
        long rank = shape.get(LONG, 0);
        if (rank != shape.get(LONG, LONG.byteSize()) || rank < 0 || rank > MOST_AXES) {
            throw new EngineException("%s has no fixed number of axes".formatted(name));
        }
        var dims = shape.get(POINTER, DIMS).reinterpret(rank * DIMENSION.byteSize());
        var sizes = new ArrayList<Long>();
        for (int axis = 0; axis < rank; axis++) {
            long min = dims.getAtIndex(LONG, 2L * axis);
            sizes.add(min == dims.getAtIndex(LONG, 2L * axis + 1) ? min : TensorSpec.DYNAMIC);
        }
        return sizes;
    }
}
