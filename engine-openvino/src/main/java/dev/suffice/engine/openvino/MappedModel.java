package dev.suffice.engine.openvino;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.onnx.OnnxType;
import dev.suffice.engine.onnx.ProtoReader;
import dev.suffice.engine.onnx.ProtoWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hands an ONNX model on with its weights as addresses of mapped memory: OpenVINO takes a constant from the memory of its process where its place is the text {@value #MEMORY}, and then
 * reads no file itself, and copies nothing. That text must not come from the model: every tensor is written anew here, external ones with the address that their file was mapped to, after
 * its length has been compared with the tensor's shape. Not thread-safe.
 */
final class MappedModel {
    /** The place of a constant that is in memory; its offset is the address. */
    static final String MEMORY = "*/_ORT_MEM_ADDR_/*";

    /** From this many bytes on, a constant within a mapped model stays there. */
    private static final int LARGE = 4096;

    private static final int MOST_AXES = 16;

    /** Depth of graphs within operators of graphs. */
    private static final int DEEPEST = 16;

    private final WeightFiles weights;
    private final boolean mapped;
    private final List<String> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final Set<String> constants = new HashSet<>();
    private int depth;

    /**
     * @param weights where external tensors are
     * @param mapped whether the model itself stays in memory as long as the session
     */
    MappedModel(WeightFiles weights, boolean mapped) {
        this.weights = weights;
        this.mapped = mapped;
    }

    /** Names of the graph's inputs that are no constants. */
    List<String> inputs() {
        return inputs.stream().filter(name -> !constants.contains(name)).toList();
    }

    /** Names of the graph's outputs. */
    List<String> outputs() {
        return List.copyOf(outputs);
    }

    /**
     * A model for OpenVINO.
     *
     * @throws dev.suffice.engine.onnx.ProtoException if it is damaged
     * @throws EngineException if a tensor's data are not where it says
     */
    byte[] rewrite(String name, MemorySegment model) {
        var in = new ProtoReader(name, model, 0, model.byteSize());
        var out = new ProtoWriter();
        boolean found = false;
        while (in.next()) {
            switch (in.field()) {
                case 7 -> {
                    found = true;
                    message(in, out, this::graph);
                }
                case 20 -> in.skip(); // how it was trained
                case 25 -> message(in, out, this::function);
                default -> copy(in, out);
            }
        }
        if (!found) {
            throw in.damaged("a model without a graph");
        }
        return out.toByteArray();
    }

    private interface Rewriting {
        void rewrite(ProtoReader in, ProtoWriter out);
    }

    private void message(ProtoReader in, ProtoWriter out, Rewriting rewriting) {
        int field = in.field();
        var content = in.message();
        out.message(field, nested -> rewriting.rewrite(content, nested));
    }

    private static void copy(ProtoReader in, ProtoWriter out) {
        in.skip();
        out.fields(in.whole());
    }

    private void graph(ProtoReader in, ProtoWriter out) {
        if (++depth > DEEPEST) {
            throw in.damaged("a graph within %d others".formatted(DEEPEST));
        }
        while (in.next()) {
            switch (in.field()) {
                case 1 -> message(in, out, this::operator);
                case 5 -> message(in, out, this::tensor);
                case 11 -> port(in, out, inputs);
                case 12 -> port(in, out, outputs);
                case 15 -> throw in.damaged("a sparse tensor");
                default -> copy(in, out);
            }
        }
        depth--;
    }

    private void function(ProtoReader in, ProtoWriter out) {
        while (in.next()) {
            switch (in.field()) {
                case 7 -> message(in, out, this::operator);
                case 11 -> message(in, out, this::attribute);
                default -> copy(in, out);
            }
        }
    }

    private void operator(ProtoReader in, ProtoWriter out) {
        while (in.next()) {
            if (in.field() == 5) {
                message(in, out, this::attribute);
            } else {
                copy(in, out);
            }
        }
    }

    private void attribute(ProtoReader in, ProtoWriter out) {
        while (in.next()) {
            switch (in.field()) {
                case 5, 10 -> message(in, out, this::tensor);
                case 6, 11 -> message(in, out, this::graph);
                case 22, 23 -> throw in.damaged("a sparse tensor");
                default -> copy(in, out);
            }
        }
    }

    /** Keeps the names of the outermost graph's. */
    private void port(ProtoReader in, ProtoWriter out, List<String> names) {
        var content = in.message();
        out.fields(in.whole());
        while (content.next()) {
            if (content.field() == 1 && depth == 1) {
                names.add(content.text());
            } else {
                content.skip();
            }
        }
    }

    private void tensor(ProtoReader in, ProtoWriter out) {
        var sizes = new ArrayList<Long>();
        var place = new HashMap<String, String>();
        long type = 0;
        boolean external = false;
        var name = "";
        MemorySegment raw = MemorySegment.NULL;
        boolean hasRaw = false;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> {
                    in.numbers(sizes, MOST_AXES);
                    out.fields(in.whole());
                }
                case 2 -> {
                    type = in.number();
                    out.fields(in.whole());
                }
                case 8 -> {
                    name = in.text();
                    out.fields(in.whole());
                }
                case 9 -> {
                    raw = in.data();
                    hasRaw = true;
                }
                case 13 -> entry(in.message(), place);
                case 14 -> external = in.number() == 1;
                default -> copy(in, out);
            }
        }
        if (depth == 1) {
            constants.add(name);
        }
        if (external) {
            address(out, weights.find(name, place, bytes(in, name, sizes, type)));
        } else if (hasRaw && mapped && raw.byteSize() >= LARGE && raw.byteSize() == bytes(in, name, sizes, type)) {
            address(out, raw);
        } else if (hasRaw) {
            out.bytes(9, raw.asByteBuffer());
        }
    }

    private static void entry(ProtoReader in, Map<String, String> place) {
        var key = "";
        var value = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> key = in.text();
                case 2 -> value = in.text();
                default -> in.skip();
            }
        }
        place.put(key, value);
    }

    private static void address(ProtoWriter out, MemorySegment data) {
        if (data.byteSize() == 0) {
            out.bytes(9, new byte[0]);
            return;
        }
        entry(out, "location", MEMORY);
        entry(out, "offset", Long.toUnsignedString(data.address()));
        entry(out, "length", Long.toString(data.byteSize()));
        out.number(14, 1);
    }

    private static void entry(ProtoWriter out, String key, String text) {
        out.message(13, pair -> pair.text(1, key).text(2, text));
    }

    /** How many bytes a tensor takes. */
    private static long bytes(ProtoReader in, String name, List<Long> sizes, long type) {
        long bits = bits(type);
        if (bits == 0) {
            throw in.damaged("tensor %s of type %d, whose data would be elsewhere".formatted(name, type));
        }
        long elements = 1;
        for (long size : sizes) {
            if (size < 0 || (size > 0 && elements > Long.MAX_VALUE / Long.SIZE / size)) {
                throw in.damaged("tensor %s of sizes %s".formatted(name, sizes));
            }
            elements *= size;
        }
        return (elements * bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    private static long bits(long type) {
        if (type == 21 || type == 22) {
            return 4; // unsigned and signed integers, two in a byte
        }
        return OnnxType.of(type).map(ElementType::byteSize).orElse(0) * (long) Byte.SIZE;
    }
}
