package dev.suffice.models.onnx;

import dev.suffice.engine.onnx.ProtoWriter;
import java.util.List;

/** A named constant of an operator. */
sealed interface Attribute {
    String name();

    /** Writes the fields of an AttributeProto. */
    void write(ProtoWriter out);

    record Int(String name, long value) implements Attribute {
        @Override
        public void write(ProtoWriter out) {
            out.text(1, name).number(3, value).number(20, 2);
        }
    }

    record Real(String name, float value) implements Attribute {
        @Override
        public void write(ProtoWriter out) {
            out.text(1, name).real(2, value).number(20, 1);
        }
    }

    record Text(String name, String value) implements Attribute {
        @Override
        public void write(ProtoWriter out) {
            out.text(1, name).text(4, value).number(20, 3);
        }
    }

    record Ints(String name, List<Long> values) implements Attribute {
        Ints(String name, long... values) {
            this(name, java.util.Arrays.stream(values).boxed().toList());
        }

        @Override
        public void write(ProtoWriter out) {
            out.text(1, name);
            values.forEach(value -> out.number(8, value));
            out.number(20, 7);
        }
    }
}
