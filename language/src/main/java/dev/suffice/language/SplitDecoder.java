package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import dev.suffice.models.decoder.Decoder;
import dev.suffice.models.decoder.ExitHead;
import dev.suffice.models.onnx.Network;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A decoder in two parts, the layers before an exit head and those behind it, and the head: what the first part has made of a token need not be made again when the second
 * reads it. Each part has its own weights in memory, so that both together take what the whole takes. Thread-safe.
 */
final class SplitDecoder implements AutoCloseable {
    private final ExitHead head;
    private final int width;
    private final int[] words;
    private final String state;
    private final Part first;
    private final Part rest;
    private final Session exit;

    /** What the second part reads of the first, [1, tokens, hidden] each; the state is among it. */
    private final List<String> crossing;

    /** A session, and the names of what it takes and gives. */
    private record Part(Session session, Set<String> inputs, Set<String> outputs) {
        static Part of(Session session) {
            return new Part(session, names(session.inputs()), names(session.outputs()));
        }

        private static Set<String> names(List<TensorSpec> specs) {
            var names = new LinkedHashSet<String>();
            specs.forEach(spec -> names.add(spec.name()));
            return names;
        }

        /** Runs with what it knows of these. */
        void run(Map<String, Tensor> in, Map<String, Tensor> out) {
            var taken = new LinkedHashMap<>(in);
            taken.keySet().retainAll(inputs);
            var given = new LinkedHashMap<>(out);
            given.keySet().retainAll(outputs);
            session.run(taken, given);
        }
    }

    private SplitDecoder(ExitHead head, Session first, Session rest, Session exit) {
        this.head = head;
        this.width = head.width();
        this.words = head.words();
        this.state = Decoder.state(head.after() - 1);
        this.first = Part.of(first);
        this.rest = Part.of(rest);
        this.exit = exit;
        var between = new LinkedHashSet<>(this.first.outputs());
        between.retainAll(this.rest.inputs());
        between.add(state);
        this.crossing = List.copyOf(between);
    }

    /**
     * Opens all three.
     *
     * @param head that fits the decoder
     */
    static SplitDecoder open(Decoder decoder, ExitHead head, Engine engine, SessionOptions options) {
        int layer = head.after() - 1;
        var network = decoder.network(Set.of(layer));
        var cut = "layers." + layer;
        var first = engine.open(network.segment(Network.START, cut), options);
        try {
            var rest = engine.open(network.segment(cut, Network.END), options);
            try {
                return new SplitDecoder(
                        head, first, rest, engine.open(head.network(decoder).graph(), options));
            } catch (RuntimeException e) {
                rest.close();
                throw e;
            }
        } catch (RuntimeException e) {
            first.close();
            throw e;
        }
    }

    /** The head in between. */
    ExitHead head() {
        return head;
    }

    /** Elements of a state. */
    int width() {
        return width;
    }

    /** The decoder's token of each word of the head. */
    int[] words() {
        return words;
    }

    /** Names of what goes from the first part to the second. */
    List<String> crossing() {
        return crossing;
    }

    /** Memory for that, of so many tokens; the caller closes it. */
    Map<String, Tensor> allocate(int tokens) {
        var made = new LinkedHashMap<String, Tensor>();
        for (var name : crossing) {
            made.put(name, Tensor.allocate(ElementType.FLOAT32, Shape.of(1, tokens, width)));
        }
        return made;
    }

    /**
     * The first part.
     *
     * @param inputs of the whole decoder
     * @param outputs the caches, and {@link #crossing}
     */
    void first(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        first.run(inputs, outputs);
    }

    /**
     * The second part.
     *
     * @param inputs of the whole decoder, and {@link #crossing}
     * @param outputs the caches, and the logits
     */
    void rest(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        rest.run(inputs, outputs);
    }

    /**
     * The head.
     *
     * @param made what the first part has made of a token
     * @param logits receives [1, 1, words]
     */
    void exit(Map<String, Tensor> made, Tensor logits) {
        exit.run(Map.of(state, Objects.requireNonNull(made.get(state))), Map.of(ExitHead.LOGITS, logits));
    }

    @Override
    public void close() {
        first.session().close();
        rest.session().close();
        exit.close();
    }
}
