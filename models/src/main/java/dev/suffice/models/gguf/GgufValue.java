package dev.suffice.models.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** A value of the metadata, as compact as in the file. */
sealed interface GgufValue {
    /** A text. */
    record Text(String text) implements GgufValue {}

    /** A list of texts, decoded when asked for. */
    record Texts(List<String> texts) implements GgufValue {}

    /** A list of lists: known to be sound, not kept. */
    record Nested() implements GgufValue {}

    /** One number or flag, or a list of them. */
    record Numbers(ValueType type, MemorySegment bytes, int count, boolean list) implements GgufValue {
        /** Of a whole type or a flag. Unsigned numbers of 64 bits above 2^63 - 1 come out negative. */
        long whole(int index) {
            var at = (long) index * type.bytes();
            return switch (type) {
                case INT8 -> bytes.get(ValueLayout.JAVA_BYTE, at);
                case UINT8, BOOL -> bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
                case INT16 -> bytes.get(PlainBlocks.SHORT, at);
                case UINT16 -> bytes.get(PlainBlocks.SHORT, at) & 0xFFFF;
                case INT32 -> bytes.get(PlainBlocks.INT, at);
                case UINT32 -> Integer.toUnsignedLong(bytes.get(PlainBlocks.INT, at));
                case INT64, UINT64 -> bytes.get(GgufReader.LONG, at);
                case FLOAT32, FLOAT64, TEXT, LIST -> throw new IllegalStateException(type.name());
            };
        }

        /** Of a type of numbers. */
        double number(int index) {
            return switch (type) {
                case FLOAT32 -> bytes.get(PlainBlocks.FLOAT, (long) index * type.bytes());
                case FLOAT64 -> Double.longBitsToDouble(bytes.get(GgufReader.LONG, (long) index * type.bytes()));
                default -> whole(index);
            };
        }

        boolean tooLarge(int index) {
            return type == ValueType.UINT64 && whole(index) < 0;
        }
    }
}
