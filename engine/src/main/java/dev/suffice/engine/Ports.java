package dev.suffice.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * A session's inputs and outputs, and what fits them; for engines. Immutable.
 *
 * @param graph its name, for messages
 * @param inputs by name, in order
 * @param outputs by name, in order
 */
public record Ports(String graph, SequencedMap<String, TensorSpec> inputs, SequencedMap<String, TensorSpec> outputs) {
    /** Copies the maps. */
    public Ports {
        inputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(inputs));
        outputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(outputs));
    }

    /** By the names in the specifications. */
    public static Ports of(String graph, List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return new Ports(graph, byName(inputs), byName(outputs));
    }

    private static SequencedMap<String, TensorSpec> byName(List<TensorSpec> specs) {
        var map = new LinkedHashMap<String, TensorSpec>();
        specs.forEach(spec -> map.put(spec.name(), spec));
        return map;
    }

    /**
     * Checks what is given.
     *
     * @throws EngineException if one is missing, unknown or does not fit
     */
    void checkInputs(Map<String, Tensor> given) {
        given.forEach((name, tensor) -> check("input", inputs, name, tensor));
        for (var name : inputs.keySet()) {
            if (!given.containsKey(name)) {
                throw new EngineException(
                        "graph %s: input %s is missing; given: %s".formatted(graph, name, given.keySet()));
            }
        }
    }

    /**
     * Checks where results are to go.
     *
     * @throws EngineException if there is none, or one is unknown or does not fit
     */
    void checkOutputs(Map<String, Tensor> wanted) {
        wanted.forEach((name, tensor) -> check("output", outputs, name, tensor));
        if (wanted.isEmpty()) {
            throw new EngineException("graph %s: no output asked for; it has: %s".formatted(graph, outputs.keySet()));
        }
    }

    /**
     * Checks names of outputs.
     *
     * @throws EngineException if one is unknown
     */
    void checkOutputs(List<String> wanted) {
        wanted.forEach(name -> spec("output", outputs, name));
    }

    private void check(String kind, Map<String, TensorSpec> specs, String name, Tensor tensor) {
        var spec = spec(kind, specs, name);
        if (tensor.type() != spec.type() || !spec.accepts(tensor.shape())) {
            throw new EngineException("graph %s: %s %s is %s: expected %s %s"
                    .formatted(
                            graph,
                            kind,
                            name,
                            tensor,
                            spec.type(),
                            spec.sizes().stream()
                                    .map(size -> size == TensorSpec.DYNAMIC ? "?" : size.toString())
                                    .collect(Collectors.joining(", ", "[", "]"))));
        }
    }

    private TensorSpec spec(String kind, Map<String, TensorSpec> specs, String name) {
        var spec = specs.get(name);
        if (spec == null) {
            throw new EngineException(
                    "graph %s: no %s named %s; it has: %s".formatted(graph, kind, name, specs.keySet()));
        }
        return spec;
    }
}
