package dev.suffice.engine.openvino;

import static dev.suffice.engine.openvino.NativeFunctions.INT;
import static dev.suffice.engine.openvino.NativeFunctions.LONG;
import static dev.suffice.engine.openvino.NativeFunctions.POINTER;
import static dev.suffice.engine.openvino.NativeFunctions.SHAPE;
import static dev.suffice.engine.openvino.NativeFunctions.unexpected;

import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** The library's {@code ov_compiled_model_*}, {@code ov_infer_request_*} and {@code ov_tensor_*}: what a run needs. Thread-safe; a request is for one thread at a time. */
final class RequestFunctions {
    private static final int MOST_AXES = 64;
    private static final int MOST_OPERATORS = 1 << 20;

    /** {@code ov_profiling_info_t}. */
    private static final StructLayout TIME = MemoryLayout.structLayout(
            INT.withName("status"),
            MemoryLayout.paddingLayout(4),
            LONG.withName("real_time"),
            LONG.withName("cpu_time"),
            POINTER.withName("node_name"),
            POINTER.withName("exec_type"),
            POINTER.withName("node_type"));

    private static final StructLayout TIMES =
            MemoryLayout.structLayout(POINTER.withName("infos"), LONG.withName("size"));

    private final NativeFunctions functions;
    private final MethodHandle create;
    private final MethodHandle compiledFree;
    private final MethodHandle free;
    private final MethodHandle setTensor;
    private final MethodHandle getTensor;
    private final MethodHandle infer;
    private final MethodHandle start;
    private final MethodHandle await;
    private final MethodHandle tensorOfHost;
    private final MethodHandle tensorShape;
    private final MethodHandle tensorType;
    private final MethodHandle tensorData;
    private final MethodHandle tensorFree;
    private final MethodHandle shapeFree;
    private final MethodHandle profile;
    private final MethodHandle profileFree;

    RequestFunctions(NativeFunctions functions) {
        this.functions = functions;
        this.create = functions.status("ov_compiled_model_create_infer_request", POINTER, POINTER);
        this.compiledFree = functions.procedure("ov_compiled_model_free", POINTER);
        this.free = functions.procedure("ov_infer_request_free", POINTER);
        this.setTensor = functions.status("ov_infer_request_set_tensor", POINTER, POINTER, POINTER);
        this.getTensor = functions.status("ov_infer_request_get_tensor", POINTER, POINTER, POINTER);
        this.infer = functions.status("ov_infer_request_infer", POINTER);
        this.start = functions.status("ov_infer_request_start_async", POINTER);
        this.await = functions.status("ov_infer_request_wait", POINTER);
        this.tensorOfHost = functions.status("ov_tensor_create_from_host_ptr", INT, SHAPE, POINTER, POINTER);
        this.tensorShape = functions.status("ov_tensor_get_shape", POINTER, POINTER);
        this.tensorType = functions.status("ov_tensor_get_element_type", POINTER, POINTER);
        this.tensorData = functions.status("ov_tensor_data", POINTER, POINTER);
        this.tensorFree = functions.procedure("ov_tensor_free", POINTER);
        this.shapeFree = functions.status("ov_shape_free", POINTER);
        this.profile = functions.status("ov_infer_request_get_profiling_info", POINTER, POINTER);
        this.profileFree = functions.procedure("ov_profiling_info_list_free", POINTER);
    }

    MemorySegment create(MemorySegment compiled) {
        try (var arena = Arena.ofConfined()) {
            var request = arena.allocate(POINTER);
            functions.check((int) create.invokeExact(compiled, request));
            return request.get(POINTER, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void freeCompiled(MemorySegment compiled) {
        call(compiledFree, compiled);
    }

    void free(MemorySegment request) {
        call(free, request);
    }

    void infer(MemorySegment request) {
        checked(infer, request);
    }

    void start(MemorySegment request) {
        checked(start, request);
    }

    void await(MemorySegment request) {
        checked(await, request);
    }

    /** What each operator of a request's last run took. */
    List<OperatorTime> times(MemorySegment request) {
        try (var arena = Arena.ofConfined()) {
            var found = arena.allocate(TIMES);
            functions.check((int) profile.invokeExact(request, found));
            try {
                var size = (int) Math.min(found.get(LONG, POINTER.byteSize()), MOST_OPERATORS);
                var infos = found.get(POINTER, 0).reinterpret(size * TIME.byteSize());
                return infos.elements(TIME).map(RequestFunctions::time).toList();
            } finally {
                profileFree.invokeExact(found);
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static OperatorTime time(MemorySegment info) {
        long pointers = 3 * LONG.byteSize();
        return new OperatorTime(
                NativeFunctions.text(info.get(POINTER, pointers)),
                NativeFunctions.text(info.get(POINTER, pointers + 2 * POINTER.byteSize())),
                NativeFunctions.text(info.get(POINTER, pointers + POINTER.byteSize())),
                info.get(LONG, LONG.byteSize()));
    }

    /** A tensor over the memory of one of ours, which has to stay until it is freed and no request has it any more. */
    MemorySegment tensor(Arena arena, Tensor over) {
        try {
            var tensor = arena.allocate(POINTER);
            functions.check((int) tensorOfHost.invokeExact(
                    OpenVinoType.code(over.type()), shape(arena, over.shape().toArray()), over.data(), tensor));
            return tensor.get(POINTER, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void freeTensor(MemorySegment tensor) {
        call(tensorFree, tensor);
    }

    /**
     * Gives an input or output of a request a tensor.
     *
     * @param name as a C string
     */
    void set(MemorySegment request, MemorySegment name, MemorySegment tensor) {
        try {
            functions.check((int) setTensor.invokeExact(request, name, tensor));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The tensor that a request has for an input or output, to be freed. */
    MemorySegment get(Arena arena, MemorySegment request, MemorySegment name) {
        try {
            var tensor = arena.allocate(POINTER);
            functions.check((int) getTensor.invokeExact(request, name, tensor));
            return tensor.get(POINTER, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    Shape shapeOf(Arena arena, MemorySegment tensor) {
        try {
            var shape = arena.allocate(SHAPE);
            functions.check((int) tensorShape.invokeExact(tensor, shape));
            try {
                var rank = Math.clamp(shape.get(LONG, 0), 0, MOST_AXES);
                var dims = shape.get(POINTER, LONG.byteSize()).reinterpret(rank * LONG.byteSize());
                return Shape.of(dims.toArray(LONG));
            } finally {
                functions.check((int) shapeFree.invokeExact(shape));
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A copy of a tensor in memory of our own. */
    Tensor copy(Arena arena, MemorySegment tensor) {
        try {
            var type = arena.allocate(INT);
            functions.check((int) tensorType.invokeExact(tensor, type));
            var copy = Tensor.allocate(OpenVinoType.of(type.get(INT, 0)), shapeOf(arena, tensor));
            if (copy.data().byteSize() > 0) {
                var data = arena.allocate(POINTER);
                functions.check((int) tensorData.invokeExact(tensor, data));
                copy.data()
                        .copyFrom(data.get(POINTER, 0).reinterpret(copy.data().byteSize()));
            }
            return copy;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static MemorySegment shape(Arena arena, long[] sizes) {
        var shape = arena.allocate(SHAPE);
        shape.set(LONG, 0, sizes.length);
        shape.set(POINTER, LONG.byteSize(), arena.allocateFrom(LONG, sizes));
        return shape;
    }

    private static void call(MethodHandle procedure, MemorySegment argument) {
        try {
            procedure.invokeExact(argument);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private void checked(MethodHandle function, MemorySegment argument) {
        try {
            functions.check((int) function.invokeExact(argument));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }
}
