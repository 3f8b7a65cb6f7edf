package dev.suffice.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.models.folder.Config;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import tools.jackson.databind.JsonNode;

/** Against the numbers that the Python package gguf makes of random blocks. */
class BlockDecoderTest {
    private static final JsonNode FIXTURE =
            Config.read(Path.of("src/test/resources/goldens/gguf/blocks.json")).json();
    private static final String DECODED = "F32|F16|BF16|Q4_0|Q4_1|Q5_0|Q5_1|Q8_0|Q2_K|Q3_K|Q4_K|Q5_K|Q6_K";

    private static MemorySegment segment(JsonNode node) {
        return MemorySegment.ofArray(Base64.getDecoder().decode(node.stringValue()));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ALL, names = "^(" + DECODED + ")$")
    void decodesAsRecorded(GgufType type) {
        var entry = FIXTURE.path(type.name());
        var blocks = entry.path("blocks").intValue();
        var bytes = segment(entry.path("bytes"));
        var expected = segment(entry.path("numbers")).toArray(PlainBlocks.FLOAT);
        assertThat(bytes.byteSize()).isEqualTo((long) blocks * type.blockBytes());
        assertThat(expected).hasSize(blocks * type.blockSize());
        var decoder = type.decoder().orElseThrow();

        var all = new float[expected.length];
        decoder.decode(bytes, 0, blocks, all, 0);
        for (int i = 0; i < all.length; i++) {
            assertThat(all[i]).as("%s number %d", type, i).isEqualTo(expected[i]);
        }

        try (var arena = Arena.ofConfined()) {
            var mapped = arena.allocate(bytes.byteSize(), 1).copyFrom(bytes);
            var last = new float[type.blockSize() + 5];
            decoder.decode(mapped, blocks - 1, 1, last, 5);
            for (int i = 0; i < last.length; i++) {
                assertThat(last[i]).isEqualTo(i < 5 ? 0 : expected[expected.length - last.length + i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ALL, names = "^(" + DECODED + ")$")
    void neverReadsOrWritesOutside(GgufType type) {
        var decoder = type.decoder().orElseThrow();
        var two = MemorySegment.ofArray(new byte[2 * type.blockBytes()]);
        var target = new float[2 * type.blockSize()];
        assertThatThrownBy(() -> decoder.decode(two, 1, 2, new float[4 * type.blockSize()], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> decoder.decode(two, -1, 1, target, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> decoder.decode(two, 0, 2, target, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(two.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_NONE, names = "^(" + DECODED + ")$")
    void othersAreOnlyListed(GgufType type) {
        assertThat(type.decoder()).isEmpty();
        assertThat(GgufType.of(type.id())).contains(type);
    }
}
