package dev.suffice.models.safetensors;

import dev.suffice.engine.ElementType;
import dev.suffice.models.ModelException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Whole numbers of a safetensors file. */
public final class StoredIntegers {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private StoredIntegers() {}

    /**
     * The numbers of a tensor of any shape.
     *
     * @throws ModelException if it is not INT32
     */
    public static int[] values(StoredTensor stored) {
        if (stored.type() != ElementType.INT32) {
            throw new ModelException(
                    "%s: tensor %s: %s: must be INT32".formatted(stored.file(), stored.name(), stored.type()));
        }
        try (var arena = Arena.ofConfined()) {
            return SafetensorsFile.map(stored, arena).toArray(INT);
        }
    }
}
