package dev.suffice.classify;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import dev.suffice.models.family.BertConfig;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** What an encoder reads of texts. */
final class EncoderInputs {
    private EncoderInputs() {}

    /**
     * One of the inputs of {@link dev.suffice.models.family.BertEncoder}, [texts, width].
     *
     * @param width tokens of the longest text at least; the others are padded
     * @param memory that it lies in
     */
    static Tensor tensor(
            TensorSpec spec, List<EncodedText> texts, int width, BertConfig sizes, SegmentAllocator memory) {
        var shape = Shape.of(texts.size(), width);
        boolean mask = spec.name().equals("attention_mask");
        var data = memory.allocate(shape.elements() * (mask ? Integer.BYTES : Long.BYTES), 64);
        for (int row = 0; row < texts.size(); row++) {
            var text = texts.get(row);
            for (int i = 0; i < width; i++) {
                long at = (long) row * width + i;
                boolean there = i < text.tokens();
                switch (spec.name()) {
                    case "attention_mask" -> data.setAtIndex(ValueLayout.JAVA_INT, at, there ? 1 : 0);
                    case "input_ids" -> data.setAtIndex(ValueLayout.JAVA_LONG, at, there ? text.id(i) : 0);
                    case "token_type_ids" -> data.setAtIndex(ValueLayout.JAVA_LONG, at, there ? text.type(i) : 0);
                    case "position_ids" -> data.setAtIndex(ValueLayout.JAVA_LONG, at, (long) i + sizes.firstPosition());
                    default -> throw new IllegalStateException("input %s".formatted(spec.name()));
                }
            }
        }
        return Tensor.view(data, mask ? ElementType.INT32 : ElementType.INT64, shape);
    }
}
