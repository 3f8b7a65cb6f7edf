package dev.suffice.models.decoder;

import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads a rotary embedding: {@code rope_parameters} of transformers 5, or {@code rope_theta} and {@code rope_scaling} of 4. */
final class RopeReader {
    private final Config config;
    private final Optional<JsonNode> parameters;
    private final String key;
    private final int maxPositions;

    /**
     * Looks for the parameters.
     *
     * @param kind of layer; empty if the configuration does not tell them apart
     */
    RopeReader(Config config, String kind, int maxPositions) {
        this.config = config;
        this.maxPositions = maxPositions;
        boolean five = config.find("rope_parameters").isPresent();
        this.key = five ? "rope_parameters" : "rope_scaling";
        this.parameters = config.find(key)
                .map(node -> node.has(kind) && !kind.isEmpty() ? node.path(kind) : node)
                .filter(JsonNode::isObject);
    }

    Rope read(int headSize, double otherwise) {
        double theta = number("rope_theta").orElseGet(() -> config.number("rope_theta", otherwise));
        double part = number("partial_rotary_factor").orElseGet(() -> config.number("partial_rotary_factor", 1));
        int size = (int) (headSize * part);
        if (size < 2 || size > headSize || size % 2 != 0 || !(theta > 0)) {
            throw new ModelException(
                    "%s: rotary embedding of %d of %d elements with rope_theta %s: must be an even number of them, and a positive number"
                            .formatted(config.path(), size, headSize, theta));
        }
        return new Rope(size, theta, scaling(size));
    }

    /** With plain angles, for layers that are not stretched. */
    static Rope plain(int headSize, double theta) {
        return new Rope(headSize, theta, new RopeScaling.None());
    }

    private RopeScaling scaling(int size) {
        var type = parameters
                .map(node -> node.path("rope_type").asString(node.path("type").asString("default")))
                .orElse("default");
        return switch (type) {
            case "default" -> new RopeScaling.None();
            case "linear" -> new RopeScaling.Linear(positive("factor"));
            case "llama3" ->
                new RopeScaling.Llama3(
                        positive("factor"), positive("low_freq_factor"), positive("high_freq_factor"), trained());
            case "yarn" ->
                new RopeScaling.Yarn(
                        positive("factor"),
                        number("beta_fast").orElse(32.0),
                        number("beta_slow").orElse(1.0),
                        trained(),
                        number("attention_factor").orElseGet(() -> 0.1 * Math.log(positive("factor")) + 1));
            case "longrope", "su" ->
                new RopeScaling.LongRope(
                        factors("short_factor", size), factors("long_factor", size), trained(), longAttention());
            default ->
                throw new ModelException("%s: %s: rope_type %s: must be default, linear, llama3, yarn or longrope"
                        .formatted(config.path(), key, type));
        };
    }

    private double longAttention() {
        return number("attention_factor").orElseGet(() -> {
            double factor = (double) maxPositions / trained();
            return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(trained()));
        });
    }

    private int trained() {
        return number("original_max_position_embeddings")
                .map(Double::intValue)
                .orElseGet(() -> config.size("original_max_position_embeddings", maxPositions));
    }

    private List<Double> factors(String name, int size) {
        var values = new ArrayList<Double>();
        parameters.ifPresent(node -> node.path(name).forEach(value -> values.add(value.asDouble(0))));
        if (values.size() != size / 2 || values.stream().anyMatch(value -> !(value > 0))) {
            throw new ModelException(
                    "%s: %s: %s: must be a list of %d positive numbers".formatted(config.path(), key, name, size / 2));
        }
        return values;
    }

    private Optional<Double> number(String name) {
        return parameters
                .map(node -> node.path(name))
                .filter(JsonNode::isNumber)
                .map(JsonNode::doubleValue);
    }

    private double positive(String name) {
        return number(name)
                .filter(value -> value > 0 && Double.isFinite(value))
                .orElseThrow(() -> new ModelException(
                        "%s: %s: %s: must be a positive number".formatted(config.path(), key, name)));
    }
}
