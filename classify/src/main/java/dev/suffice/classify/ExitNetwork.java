package dev.suffice.classify;

import dev.suffice.classify.exit.HeadOutput;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import dev.suffice.models.family.BertConfig;
import dev.suffice.models.family.BertEncoder;
import dev.suffice.models.family.EncoderHead;
import dev.suffice.models.family.Pooling;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalDouble;

/**
 * An encoder opened in parts, one up to each head, so that what lies behind the head at which a text leaves is not computed. Thread-safe.
 */
final class ExitNetwork implements AutoCloseable {
    private final BertConfig sizes;
    private final List<Part> parts;

    /**
     * The layers up to a head, and the head.
     *
     * @param head at its end
     * @param session opened
     * @param carried name of the states that the next part reads; empty at the end
     * @param from name of the states that it reads; empty at the start
     */
    private record Part(EncoderHead head, Session session, String carried, String from) {}

    /** Decides which texts leave. */
    @FunctionalInterface
    interface Gate {
        /**
         * Told what a head says of a text that is still there.
         *
         * @param text its place in the batch
         * @return whether it leaves; not asked at the last head
         */
        boolean leaves(int text, HeadOutput output);
    }

    ExitNetwork(BertEncoder encoder, List<EncoderHead> heads, Engine engine, SessionOptions options) {
        this.sizes = encoder.sizes();
        this.parts = new ArrayList<>();
        var operators = OperatorSet.of(engine.name());
        var network = encoder.network(operators, heads);
        var from = Network.START;
        var states = "";
        try {
            for (int k = 0; k < heads.size(); k++) {
                var head = heads.get(k);
                var to = k == heads.size() - 1 ? Network.END : head.cut();
                var session = engine.open(network.segment(from, to), options);
                var carried = session.outputs().stream()
                        .map(TensorSpec::name)
                        .filter(name -> !name.equals(head.scores()) && !name.equals(head.confidences()))
                        .toList();
                parts.add(new Part(head, session, carried.isEmpty() ? "" : carried.getFirst(), states));
                if (carried.size() != (k == heads.size() - 1 ? 0 : 1)) {
                    throw new IllegalStateException("part %d of the encoder gives %s".formatted(k, carried));
                }
                from = to;
                states = parts.getLast().carried();
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The heads, rising by layer. */
    List<EncoderHead> heads() {
        return parts.stream().map(Part::head).toList();
    }

    /**
     * Runs a batch: after each part the gate is told of every text that is still there; those that leave are taken out, and the rest goes on without them, no longer than its
     * longest text.
     */
    void run(List<EncodedText> texts, Gate gate) {
        try (var arena = Arena.ofConfined()) {
            int widest = texts.stream().mapToInt(EncodedText::tokens).max().orElseThrow();
            long stateBytes = (long) texts.size() * widest * sizes.hidden() * Float.BYTES;
            var states = arena.allocate(parts.size() > 1 ? stateBytes : 0, 64);
            var next = arena.allocate(parts.size() > 1 ? stateBytes : 0, 64);
            var rows = new ArrayList<Integer>();
            for (int text = 0; text < texts.size(); text++) {
                rows.add(text);
            }
            int width = widest;
            for (var part : parts) {
                var made = run(part, texts, rows, width, states, next, arena);
                boolean last = part.carried().isEmpty();
                var staying = new ArrayList<Integer>();
                for (int row = 0; row < rows.size(); row++) {
                    int text = rows.get(row);
                    var output = made.output(part.head(), row, texts.get(text).tokens());
                    if (!gate.leaves(text, output) && !last) {
                        staying.add(row);
                    }
                }
                if (staying.isEmpty()) {
                    return;
                }
                int narrower = staying.stream()
                        .mapToInt(row -> texts.get(rows.get(row)).tokens())
                        .max()
                        .orElseThrow();
                compact(next, staying, width, narrower);
                var left = staying.stream().map(rows::get).toList();
                rows.clear();
                rows.addAll(left);
                width = narrower;
                var read = states;
                states = next;
                next = read;
            }
        }
    }

    /** What a part gave: scores [rows, labels] or [rows, width, labels], and confidences. */
    private record Made(MemorySegment scores, MemorySegment confidences, int width) {
        HeadOutput output(EncoderHead head, int row, int tokens) {
            boolean each = head.pooling() == Pooling.TOKENS;
            var lists = new float[each ? tokens : 1][head.labels()];
            long first = (long) row * (each ? width : 1);
            for (int i = 0; i < lists.length; i++) {
                MemorySegment.copy(
                        scores,
                        ValueLayout.JAVA_FLOAT,
                        (first + i) * head.labels() * Float.BYTES,
                        lists[i],
                        0,
                        head.labels());
            }
            var confidence = OptionalDouble.empty();
            if (head.confidence().isPresent()) {
                double least = Double.POSITIVE_INFINITY;
                for (int i = 0; i < lists.length; i++) {
                    least = Math.min(least, confidences.getAtIndex(ValueLayout.JAVA_FLOAT, first + i));
                }
                confidence = OptionalDouble.of(1 / (1 + Math.exp(-least)));
            }
            return new HeadOutput(head.after(), lists, confidence);
        }
    }

    private Made run(
            Part part,
            List<EncodedText> texts,
            List<Integer> rows,
            int width,
            MemorySegment states,
            MemorySegment next,
            SegmentAllocator arena) {
        var inputs = new HashMap<String, Tensor>();
        var outputs = new HashMap<String, Tensor>();
        var read = rows.stream().map(texts::get).toList();
        var stateShape = Shape.of(rows.size(), width, sizes.hidden());
        for (var spec : part.session().inputs()) {
            inputs.put(
                    spec.name(),
                    spec.name().equals(part.from())
                            ? view(states, stateShape)
                            : EncoderInputs.tensor(spec, read, width, sizes, arena));
        }
        var head = part.head();
        boolean each = head.pooling() == Pooling.TOKENS;
        var scoreShape = each ? Shape.of(rows.size(), width, head.labels()) : Shape.of(rows.size(), head.labels());
        var scores = arena.allocate(scoreShape.elements() * Float.BYTES, 64);
        outputs.put(head.scores(), view(scores, scoreShape));
        var confidences = MemorySegment.NULL;
        if (head.confidence().isPresent()) {
            var confidenceShape = each ? Shape.of(rows.size(), width, 1) : Shape.of(rows.size(), 1);
            confidences = arena.allocate(confidenceShape.elements() * Float.BYTES, 64);
            outputs.put(head.confidences(), view(confidences, confidenceShape));
        }
        if (!part.carried().isEmpty()) {
            outputs.put(part.carried(), view(next, stateShape));
        }
        part.session().run(inputs, outputs);
        return new Made(scores, confidences, width);
    }

    private static Tensor view(MemorySegment memory, Shape shape) {
        return Tensor.view(memory.asSlice(0, shape.elements() * Float.BYTES), ElementType.FLOAT32, shape);
    }

    /** Moves the states of the rows that stay to the front, each no longer than it has to be; none moves backwards. */
    private void compact(MemorySegment states, List<Integer> staying, int width, int narrower) {
        long token = (long) sizes.hidden() * Float.BYTES;
        for (int to = 0; to < staying.size(); to++) {
            long from = (long) staying.get(to) * width * token;
            MemorySegment.copy(states, from, states, (long) to * narrower * token, narrower * token);
        }
    }

    @Override
    public void close() {
        parts.forEach(part -> part.session().close());
    }
}
