package dev.suffice.models.onnx;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.onnx.OnnxType;
import dev.suffice.engine.onnx.ProtoWriter;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor known when the graph is built.
 *
 * @param value how operators see it
 * @param storedType how it lies in memory or in its file; converted when the graph is loaded if it differs
 * @param data where the bytes are
 */
record Constant(Value value, ElementType storedType, Data data) {

    /** Where a constant's bytes are. */
    sealed interface Data {}

    /** In the model itself; for small ones. */
    record Inline(ByteBuffer bytes) implements Data {}

    /** In a file, as ONNX external data. */
    record External(String location, long offset, long length) implements Data {}

    boolean converted() {
        return storedType != value.type();
    }

    String storedName() {
        return converted() ? value.name() + ".stored" : value.name();
    }

    void writeTensor(ProtoWriter out) {
        value.dims().forEach(dim -> out.number(1, dim.nominal()));
        out.number(2, OnnxType.code(storedType)).text(8, storedName());
        switch (data) {
            case Inline(var bytes) -> out.bytes(9, bytes);
            case External(var location, var offset, var length) -> {
                entry(out, "location", location);
                entry(out, "offset", Long.toString(offset));
                entry(out, "length", Long.toString(length));
                out.number(14, 1);
            }
        }
    }

    /** The operator that converts it, which engines fold when they load the graph. */
    Node conversion() {
        return new Node(
                value.name() + ".cast",
                "",
                "Cast",
                List.of(storedName()),
                List.of(value),
                List.of(new Attribute.Int("to", OnnxType.code(value.type()))),
                0);
    }

    private static void entry(ProtoWriter out, String key, String text) {
        out.message(13, pair -> pair.text(1, key).text(2, text));
    }
}
