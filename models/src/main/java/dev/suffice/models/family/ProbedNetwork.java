package dev.suffice.models.family;

import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A network with more outputs: what those of its layers read and make that can have 8 bits, for their ranges to be measured. Immutable.
 *
 * @param network with the same inputs and outputs as without
 * @param layers by their paths, in the order in which they are computed
 */
public record ProbedNetwork(Network network, SequencedMap<String, Outputs> layers) {
    /** Copies the map. */
    public ProbedNetwork {
        layers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(layers));
    }

    /**
     * The names of a layer's outputs.
     *
     * @param read what it reads
     * @param made what it makes, of a convolution
     */
    public record Outputs(String read, Optional<String> made) {}

    /** Collects the outputs while a network is written. */
    static final class Collector implements Probe {
        private final GraphBuilder graph;
        private final SequencedMap<String, Outputs> layers = new LinkedHashMap<>();

        Collector(GraphBuilder graph) {
            this.graph = graph;
        }

        @Override
        public void reads(String path, Value value) {
            layers.put(path, new Outputs(path + ".read", Optional.empty()));
            graph.output(path + ".read", value);
        }

        @Override
        public void makes(String path, Value value) {
            layers.put(path, new Outputs(path + ".read", Optional.of(path + ".made")));
            graph.output(path + ".made", value);
        }

        ProbedNetwork of(Network network) {
            return new ProbedNetwork(network, layers);
        }
    }
}
