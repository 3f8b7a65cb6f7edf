package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.decoder.ExportedDecoder;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToLongFunction;

/** A decoder that others have exported, as a whole. Thread-safe. */
final class ExportedNetwork implements DecoderNetwork {
    private final Session session;
    private final ExportedPorts ports;

    private ExportedNetwork(Session session, ExportedPorts ports) {
        this.session = session;
        this.ports = ports;
    }

    /**
     * Opens a network.
     *
     * @throws dev.suffice.models.ModelException if it is not one of a language model as Optimum exports it
     */
    static ExportedNetwork open(ExportedDecoder model, Engine engine, SessionOptions options) {
        var session = engine.open(model.graph(), options);
        try {
            return new ExportedNetwork(session, ExportedPorts.of(model, session));
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public int vocabulary() {
        return ports.vocabulary();
    }

    /** What it takes and gives. */
    ExportedPorts ports() {
        return ports;
    }

    @Override
    public TextReading reading(int context) {
        return ports.kept().isEmpty() ? new WholeReading(this) : new ConcatenatedReading(this, context);
    }

    /**
     * A pass.
     *
     * @param tokens that it reads
     * @param used positions before them, of which keys and values are given
     * @param past these, by the names of inputs
     * @param outputs wanted, by name
     */
    void run(int[] tokens, int used, Map<String, Tensor> past, Map<String, Tensor> outputs) {
        var owned = new ArrayList<Tensor>();
        var inputs = new LinkedHashMap<>(past);
        try {
            ports.inputs().forEach((name, type) -> {
                var tensor = switch (name) {
                    case ExportedPorts.TOKENS -> numbers(type, tokens.length, i -> tokens[i]);
                    case ExportedPorts.POSITIONS -> numbers(type, tokens.length, i -> (long) used + i);
                    case ExportedPorts.MASK -> numbers(type, used + tokens.length, _ -> 1);
                    case ExportedPorts.BEAMS -> Tensor.allocate(type, Shape.of(1));
                    default -> throw new IllegalStateException(name);
                };
                owned.add(tensor);
                inputs.put(name, tensor);
            });
            session.run(inputs, outputs);
        } finally {
            owned.forEach(Tensor::close);
        }
    }

    /** Numbers [1, count]. */
    private static Tensor numbers(ElementType type, int count, IntToLongFunction value) {
        var tensor = Tensor.allocate(type, Shape.of(1, count));
        for (int i = 0; i < count; i++) {
            if (type == ElementType.INT64) {
                tensor.data().setAtIndex(ValueLayout.JAVA_LONG, i, value.applyAsLong(i));
            } else {
                tensor.data().setAtIndex(ValueLayout.JAVA_INT, i, (int) value.applyAsLong(i));
            }
        }
        return tensor;
    }

    @Override
    public void close() {
        session.close();
    }
}
