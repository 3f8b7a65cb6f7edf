package dev.suffice.engine.onnxruntime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.suffice.engine.CheckedSession;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.Graph;
import dev.suffice.engine.Ports;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** A session of ONNX Runtime; inputs and outputs are the caller's own memory, never copied. */
final class OnnxRuntimeSession extends CheckedSession {
    private final OrtSession session;

    OnnxRuntimeSession(Graph graph, OrtSession session) throws OrtException {
        super(Ports.of(
                graph.name(),
                specs(session.getInputInfo().values()),
                specs(session.getOutputInfo().values())));
        this.session = session;
    }

    @Override
    protected void compute(Map<String, Tensor> given, Map<String, Tensor> wanted) {
        var opened = new ArrayList<OnnxTensor>();
        try {
            var in = wrap(given, opened);
            var out = wrap(wanted, opened);
            session.run(in, out).close();
        } catch (OrtException e) {
            throw failure(e);
        } finally {
            opened.forEach(OnnxTensor::close);
        }
    }

    @Override
    protected Map<String, Tensor> compute(Map<String, Tensor> given, List<String> wanted) {
        var opened = new ArrayList<OnnxTensor>();
        var results = new LinkedHashMap<String, Tensor>();
        try {
            var in = wrap(given, opened);
            try (var result = session.run(in, new LinkedHashSet<>(wanted))) {
                for (var key : wanted) {
                    results.put(key, copy((OnnxTensor) result.get(key).orElseThrow()));
                }
            }
            return results;
        } catch (OrtException e) {
            results.values().forEach(Tensor::close);
            throw failure(e);
        } finally {
            opened.forEach(OnnxTensor::close);
        }
    }

    @Override
    protected void free() {
        try {
            session.close();
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    private EngineException failure(OrtException e) {
        return new EngineException(
                "graph %s: onnxruntime failed: %s".formatted(graph(), OnnxRuntimeEngine.message(e)), e);
    }

    private Map<String, OnnxTensor> wrap(Map<String, Tensor> tensors, List<OnnxTensor> opened) throws OrtException {
        var wrapped = new LinkedHashMap<String, OnnxTensor>();
        for (var entry : tensors.entrySet()) {
            var tensor = entry.getValue();
            if (tensor.data().byteSize() > Integer.MAX_VALUE) {
                throw new EngineException("graph %s: %s is %d bytes: onnxruntime takes at most %d from Java"
                        .formatted(graph(), entry.getKey(), tensor.data().byteSize(), Integer.MAX_VALUE));
            }
            var value = OnnxTensor.createTensor(
                    OnnxRuntimeEngine.environment(),
                    tensor.data().asByteBuffer().order(ByteOrder.nativeOrder()),
                    tensor.shape().toArray(),
                    javaType(tensor.type()));
            opened.add(value);
            wrapped.put(entry.getKey(), value);
        }
        return wrapped;
    }

    private static Tensor copy(OnnxTensor value) {
        var tensor = Tensor.allocate(
                elementType(value.getInfo().type), Shape.of(value.getInfo().getShape()));
        tensor.data().copyFrom(MemorySegment.ofBuffer(value.getByteBuffer()));
        return tensor;
    }

    private static List<TensorSpec> specs(Collection<NodeInfo> nodes) {
        var specs = new ArrayList<TensorSpec>();
        for (var node : nodes) {
            if (node.getInfo() instanceof TensorInfo info) {
                var sizes = Arrays.stream(info.getShape()).boxed().toList();
                specs.add(new TensorSpec(node.getName(), elementType(info.type), sizes));
            }
        }
        return specs;
    }

    private static OnnxJavaType javaType(ElementType type) {
        return switch (type) {
            case FLOAT64 -> OnnxJavaType.DOUBLE;
            case FLOAT32 -> OnnxJavaType.FLOAT;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case INT64 -> OnnxJavaType.INT64;
            case INT32 -> OnnxJavaType.INT32;
            case INT16 -> OnnxJavaType.INT16;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case BOOL -> OnnxJavaType.BOOL;
            case FLOAT8_E4M3, FLOAT8_E5M2, UINT64, UINT32, UINT16 ->
                throw new EngineException("element type %s: onnxruntime takes none from Java".formatted(type));
        };
    }

    private static ElementType elementType(OnnxJavaType type) {
        return switch (type) {
            case DOUBLE -> ElementType.FLOAT64;
            case FLOAT -> ElementType.FLOAT32;
            case FLOAT16 -> ElementType.FLOAT16;
            case BFLOAT16 -> ElementType.BFLOAT16;
            case INT64 -> ElementType.INT64;
            case INT32 -> ElementType.INT32;
            case INT16 -> ElementType.INT16;
            case INT8 -> ElementType.INT8;
            case UINT8 -> ElementType.UINT8;
            case BOOL -> ElementType.BOOL;
            case STRING, UNKNOWN ->
                throw new EngineException("element type %s: not supported for inputs and outputs".formatted(type));
        };
    }
}
