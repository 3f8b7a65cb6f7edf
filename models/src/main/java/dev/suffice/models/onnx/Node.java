package dev.suffice.models.onnx;

import dev.suffice.engine.onnx.ProtoWriter;
import java.util.List;

/**
 * An operator and what it reads and writes.
 *
 * @param name for profiles and messages
 * @param domain empty for the standard operators
 * @param op operator type
 * @param inputs value names, empty where an optional input is left out
 * @param outputs what it computes
 * @param attributes its constants
 * @param flops floating-point operations of one batch element
 */
record Node(
        String name,
        String domain,
        String op,
        List<String> inputs,
        List<Value> outputs,
        List<Attribute> attributes,
        long flops) {
    Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = List.copyOf(attributes);
    }

    void write(ProtoWriter out) {
        inputs.forEach(input -> out.text(1, input));
        outputs.forEach(output -> out.text(2, output.name()));
        out.text(3, name).text(4, op);
        attributes.forEach(attribute -> out.message(5, attribute::write));
        if (!domain.isEmpty()) {
            out.text(7, domain);
        }
    }
}
