package dev.suffice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void ownsItsMemoryUntilClosed() {
        var tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, Shape.of(2, 3));
        assertThat(tensor.data().address() % 64).isZero();
        assertThat(tensor.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
        tensor.close();
        assertThatThrownBy(tensor::toFloatArray).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(tensor::close).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void borrowsMemoryWithoutFreeingIt() {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(24, 64);
            try (var view = Tensor.view(memory, ElementType.FLOAT32, Shape.of(6))) {
                view.copyFrom(new float[] {1, 2, 3, 4, 5, 6});
            }
            assertThat(Tensor.view(memory, ElementType.FLOAT32, Shape.of(2, 3)).toFloatArray())
                    .containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> Tensor.of(new float[5], Shape.of(2, 3)))
                .hasMessage("5 values for shape [2, 3]: expected 6");
        try (var tensor = Tensor.allocate(ElementType.INT64, Shape.of(3));
                var arena = Arena.ofConfined()) {
            assertThatThrownBy(tensor::toFloatArray).hasMessage("tensor of INT64: expected FLOAT32");
            var memory = arena.allocate(8);
            assertThatThrownBy(() -> Tensor.view(memory, ElementType.FLOAT32, Shape.of(3)))
                    .hasMessage("memory of 8 bytes for FLOAT32 [3]: expected 12 bytes of native memory");
            var heap = MemorySegment.ofArray(new byte[12]);
            assertThatThrownBy(() -> Tensor.view(heap, ElementType.FLOAT32, Shape.of(3)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Shape.of(2, -1)).hasMessage("shape [2, -1]: sizes must not be negative");
        assertThatThrownBy(() -> Shape.of(1L << 40, 1L << 40)).isInstanceOf(ArithmeticException.class);
    }
}
