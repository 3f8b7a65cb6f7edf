package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Session;
import dev.suffice.engine.TensorSpec;
import dev.suffice.models.ModelException;
import dev.suffice.models.decoder.ExportedDecoder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an exported network takes and gives, in the words of Optimum: {@value #TOKENS} [1, tokens], and if it wants them {@value #MASK} [1, positions], {@value #POSITIONS} [1, tokens] and {@value #BEAMS}
 * [1]; {@code past_key_values.N.key} and {@code .value} [1, heads, positions before, head size], to {@value #LOGITS} [1, tokens, vocabulary] and {@code present.N.key} and {@code .value}, which have
 * the new positions too. Immutable.
 *
 * @param inputs types of those that are not keys and values, by name
 * @param kept keys and values; none for a network that reads the whole text in each pass
 * @param logits their type
 * @param vocabulary tokens that it knows
 */
record ExportedPorts(Map<String, ElementType> inputs, List<Kept> kept, ElementType logits, int vocabulary) {
    static final String TOKENS = "input_ids";
    static final String MASK = "attention_mask";
    static final String POSITIONS = "position_ids";
    static final String BEAMS = "beam_idx";
    static final String LOGITS = "logits";

    private static final Set<String> KNOWN = Set.of(TOKENS, MASK, POSITIONS, BEAMS);
    private static final Set<ElementType> WHOLE_NUMBERS = EnumSet.of(ElementType.INT64, ElementType.INT32);
    private static final Set<ElementType> FLOATS =
            EnumSet.of(ElementType.FLOAT32, ElementType.FLOAT16, ElementType.BFLOAT16);
    private static final Pattern PAST = Pattern.compile("past_key_values\\.(\\d{1,4}\\.(?:key|value))");
    private static final int LARGEST_STATE = 1 << 18;
    private static final String ADVICE =
            "export the model again with Optimum (optimum-cli export onnx, or export openvino, with --task text-generation-with-past)";

    /**
     * Keys, or values, of a layer.
     *
     * @param past name of the input
     * @param present name of the output
     * @param type of both
     */
    record Kept(String past, String present, ElementType type, int heads, int headSize) {
        /** Bytes of one head at one position. */
        long row() {
            return (long) headSize * type.byteSize();
        }
    }

    /** Copies the collections. */
    ExportedPorts {
        inputs = Map.copyOf(inputs);
        kept = List.copyOf(kept);
    }

    /**
     * Those of a network.
     *
     * @throws ModelException if it is not of this kind, naming what is missing or not known
     */
    static ExportedPorts of(ExportedDecoder model, Session session) {
        return new Reading(model, session).ports();
    }

    private static final class Reading {
        private final ExportedDecoder model;
        private final Map<String, TensorSpec> inputs;
        private final Map<String, TensorSpec> outputs;

        Reading(ExportedDecoder model, Session session) {
            this.model = model;
            this.inputs = byName(session.inputs());
            this.outputs = byName(session.outputs());
        }

        private static Map<String, TensorSpec> byName(List<TensorSpec> specs) {
            return specs.stream()
                    .collect(Collectors.toMap(TensorSpec::name, spec -> spec, (a, _) -> a, LinkedHashMap::new));
        }

        ExportedPorts ports() {
            required(inputs, "input", TOKENS);
            var types = new LinkedHashMap<String, ElementType>();
            var kept = new ArrayList<Kept>();
            for (var input : inputs.values()) {
                var past = PAST.matcher(input.name());
                if (past.matches()) {
                    kept.add(kept(input, "present." + past.group(1)));
                } else {
                    types.put(input.name(), whole(input));
                }
            }
            var logits = required(outputs, "output", LOGITS);
            return new ExportedPorts(types, inOrder(kept), logitsType(logits), vocabulary(logits));
        }

        /** As layers follow each other, so that memory lies in the order in which it is read. */
        private static List<Kept> inOrder(List<Kept> kept) {
            var sorted = new TreeMap<String, Kept>();
            kept.forEach(one -> {
                var parts = one.past().split("\\.", -1);
                sorted.put("%5s.%s".formatted(parts[1], parts[2]), one);
            });
            return List.copyOf(sorted.values());
        }

        private ElementType whole(TensorSpec input) {
            if (!KNOWN.contains(input.name())) {
                throw refused("input %s is not one that is known (%s, past_key_values.N.key and .value)"
                        .formatted(input.name(), String.join(", ", new java.util.TreeSet<>(KNOWN))));
            }
            int rank = input.name().equals(BEAMS) ? 1 : 2;
            if (!WHOLE_NUMBERS.contains(input.type()) || input.sizes().size() != rank) {
                throw refused(
                        "input %s is %s: expected whole numbers of %d axes".formatted(input.name(), text(input), rank));
            }
            open(input, 0, 1);
            if (rank == 2) {
                open(input, 1, TensorSpec.DYNAMIC);
            }
            return input.type();
        }

        private Kept kept(TensorSpec past, String name) {
            var present = required(outputs, "output", name);
            if (!FLOATS.contains(past.type()) || present.type() != past.type()) {
                throw refused("input %s is %s and output %s is %s: expected both of FLOAT32, or of FLOAT16"
                        .formatted(past.name(), text(past), name, text(present)));
            }
            if (past.sizes().size() != 4 || present.sizes().size() != 4) {
                throw refused("input %s is %s: expected [batch, heads, positions, head size]"
                        .formatted(past.name(), text(past)));
            }
            open(past, 0, 1);
            open(past, 2, TensorSpec.DYNAMIC);
            int heads = size(past, present, 1, "num_key_value_heads", "num_attention_heads");
            int headSize = size(past, present, 3, "head_dim", "");
            if ((long) heads * headSize > LARGEST_STATE) {
                throw refused("input %s is %s: larger than in any model".formatted(past.name(), text(past)));
            }
            return new Kept(past.name(), name, past.type(), heads, headSize);
        }

        /** The size of an axis: what the network says, otherwise the configuration. */
        private int size(TensorSpec past, TensorSpec present, int axis, String key, String otherwise) {
            long size = past.sizes().get(axis);
            long made = present.sizes().get(axis);
            if (size == TensorSpec.DYNAMIC) {
                size = made;
            }
            if (size == TensorSpec.DYNAMIC) {
                var source = model.source();
                size = otherwise.isEmpty() ? source.size(key) : source.size(key, source.size(otherwise, 1));
            }
            if (size < 1 || size > 1 << 20 || (made != TensorSpec.DYNAMIC && made != size)) {
                throw refused("input %s is %s and output %s is %s: expected the same heads and head size"
                        .formatted(past.name(), text(past), present.name(), text(present)));
            }
            return (int) size;
        }

        private ElementType logitsType(TensorSpec logits) {
            if (!FLOATS.contains(logits.type()) || logits.sizes().size() != 3) {
                throw refused(
                        "output %s is %s: expected floats [batch, tokens, vocabulary]".formatted(LOGITS, text(logits)));
            }
            if (logits.sizes().get(1) != TensorSpec.DYNAMIC) {
                throw refused("output %s is %s: gives scores of the last token only, where a draft needs those of all"
                        .formatted(LOGITS, text(logits)));
            }
            return logits.type();
        }

        private int vocabulary(TensorSpec logits) {
            long size = logits.sizes().get(2);
            if (size > 1 << 24) {
                throw refused("output %s is %s: more tokens than any model has".formatted(LOGITS, text(logits)));
            }
            return size == TensorSpec.DYNAMIC ? model.source().size("vocab_size") : (int) size;
        }

        /** An axis that must not be fixed to another size. */
        private void open(TensorSpec input, int axis, long size) {
            long declared = input.sizes().get(axis);
            if (declared != TensorSpec.DYNAMIC && declared != size) {
                throw refused("input %s is %s: was exported for a fixed number of %s"
                        .formatted(input.name(), text(input), axis == 0 ? "texts" : "tokens"));
            }
        }

        private TensorSpec required(Map<String, TensorSpec> ports, String kind, String name) {
            var spec = ports.get(name);
            if (spec == null) {
                throw refused("has no %s %s; it has: %s".formatted(kind, name, String.join(", ", ports.keySet())));
            }
            return spec;
        }

        private ModelException refused(String what) {
            return new ModelException("model %s: exported network: %s; %s".formatted(model.folder(), what, ADVICE));
        }

        private static String text(TensorSpec spec) {
            return spec.sizes().stream()
                    .map(size -> size == TensorSpec.DYNAMIC ? "?" : size.toString())
                    .collect(Collectors.joining(", ", spec.type() + " [", "]"));
        }
    }
}
