package dev.suffice.engine.openvino;

import dev.suffice.engine.Ports;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A compiled model with its requests, of which there are as many as runs were under way at once. Thread-safe; closing it while a run is under way is not. */
final class CompiledModel implements AutoCloseable {
    private final RequestFunctions functions;
    private final MemorySegment compiled;
    private final Map<String, MemorySegment> names = new LinkedHashMap<>();
    private final Ports ports;
    private final Arena arena = Arena.ofShared();
    private final List<Request> all = new ArrayList<>();
    private final Deque<Request> idle = new ArrayDeque<>();

    /**
     * @param compiled is freed with this
     */
    CompiledModel(RequestFunctions functions, MemorySegment compiled, Ports ports) {
        this.functions = functions;
        this.compiled = compiled;
        this.ports = ports;
        ports.inputs().keySet().forEach(name -> names.put(name, arena.allocateFrom(name)));
        ports.outputs().keySet().forEach(name -> names.put(name, arena.allocateFrom(name)));
    }

    /** A request for the caller alone, until it is given back. */
    synchronized Request take() {
        var request = idle.poll();
        if (request == null) {
            request = new Request(functions.create(compiled));
            all.add(request);
        }
        return request;
    }

    synchronized void giveBack(Request request) {
        idle.push(request);
    }

    /** What each operator of the last run took; nothing if there was none. */
    synchronized List<OperatorTime> times() {
        var last = idle.peek();
        return last == null ? List.of() : functions.times(last.request);
    }

    @Override
    public synchronized void close() {
        all.forEach(Request::free);
        functions.freeCompiled(compiled);
        arena.close();
    }

    /** One run at a time. */
    final class Request {
        private final MemorySegment request;

        /** The library's own tensors of outputs that callers' memory took the place of: the request must not keep memory of a run before. */
        private final Map<String, MemorySegment> own = new LinkedHashMap<>();

        private Request(MemorySegment request) {
            this.request = request;
        }

        /** Sets all tensors of a run; outputs that are not given get memory of the library's. */
        void set(Map<String, Tensor> inputs, Map<String, Tensor> wanted) {
            try (var run = Arena.ofConfined()) {
                inputs.forEach((name, tensor) -> set(run, name, tensor));
                set(run, wanted);
            }
        }

        private void set(Arena run, Map<String, Tensor> wanted) {
            for (var output : ports.outputs().keySet()) {
                var tensor = wanted.get(output);
                if (tensor != null) {
                    own.computeIfAbsent(output, name -> functions.get(run, request, name(name)));
                    set(run, output, tensor);
                } else if (own.containsKey(output)) {
                    functions.set(request, name(output), own.get(output));
                }
            }
        }

        /** The request keeps what it needs of the library's tensor, which is freed at once. */
        private void set(Arena run, String name, Tensor tensor) {
            var wrapped = functions.tensor(run, tensor);
            try {
                functions.set(request, name(name), wrapped);
            } finally {
                functions.freeTensor(wrapped);
            }
        }

        void infer() {
            functions.infer(request);
        }

        void start() {
            functions.start(request);
        }

        void await() {
            functions.await(request);
        }

        /** The shape that an output has come out with. */
        Shape shapeOf(String output) {
            try (var run = Arena.ofConfined()) {
                var tensor = functions.get(run, request, name(output));
                try {
                    return functions.shapeOf(run, tensor);
                } finally {
                    functions.freeTensor(tensor);
                }
            }
        }

        /** A copy of an output, of whatever size it came out. */
        Tensor copy(String output) {
            try (var run = Arena.ofConfined()) {
                var tensor = functions.get(run, request, name(output));
                try {
                    return functions.copy(run, tensor);
                } finally {
                    functions.freeTensor(tensor);
                }
            }
        }

        private MemorySegment name(String port) {
            var name = names.get(port);
            if (name == null) {
                throw new IllegalStateException("no port " + port);
            }
            return name;
        }

        private void free() {
            functions.free(request);
            own.values().forEach(functions::freeTensor);
        }
    }
}
