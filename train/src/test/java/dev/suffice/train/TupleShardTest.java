package dev.suffice.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TupleShardTest {
    @TempDir
    private Path folder;

    /** Two scenes of 2x2 and 4x2 pixels, laid out by hand. */
    private Path twoScenes() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32 + 64).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 12; i++) {
            bytes.put((byte) (20 * i));
        }
        bytes.putFloat(0.3f).putFloat(1).putFloat(100).putFloat(1000);
        bytes.put((byte) 0).put((byte) 1).put((byte) 0).put((byte) 255);
        for (int i = 0; i < 24; i++) {
            bytes.put((byte) i);
        }
        for (int i = 0; i < 8; i++) {
            bytes.putFloat(1 + i);
        }
        Files.write(folder.resolve("shard-00003.bin"), bytes.array());
        Path file = folder.resolve("shard-00003.jsonl");
        Files.writeString(file, """
                {"offset":0,"width":2,"height":2,"panorama":false,"captions":["one","two"],"kind":"room","objects":[],"tags":{},"mirrorable":true,"seed":5}
                {"offset":32,"width":4,"height":2,"panorama":true,"captions":["three"],"kind":"landscape","objects":[],"tags":{},"mirrorable":false,"seed":6}
                """);
        return file;
    }

    @Test
    void readsDescriptions() throws IOException {
        try (TupleShard shard = TupleShard.open(twoScenes())) {
            assertThat(shard.name()).isEqualTo("shard-00003");
            assertThat(shard.scenes())
                    .containsExactly(
                            new Scene(0, 2, 2, false, List.of("one", "two"), "room", true),
                            new Scene(32, 4, 2, true, List.of("three"), "landscape", false));
        }
    }

    @Test
    void readsPixels() throws IOException {
        try (TupleShard shard = TupleShard.open(twoScenes())) {
            Scene first = shard.scenes().getFirst();
            assertThat(shard.colour(first, 1, 0, 2)).isEqualTo(100);
            assertThat(shard.colour(first, 1, 1, 2)).isEqualTo(220);
            assertThat(shard.depth(first, 1, 1)).isEqualTo(1000);
            assertThat(shard.object(first, 1, 0)).isTrue();
            assertThat(shard.object(first, 0, 1)).isFalse();
            Scene second = shard.scenes().get(1);
            assertThat(shard.colour(second, 0, 1, 0)).isEqualTo(12);
            assertThat(shard.depth(second, 3, 1)).isEqualTo(8);
        }
    }

    @Test
    void windowsAreScaledAndMirrored() throws IOException {
        try (TupleShard shard = TupleShard.open(twoScenes())) {
            float[] planes = new float[16];
            float[] mask = new float[4];
            Scene first = shard.scenes().getFirst();
            shard.window(first, 0, 0, 2, 2, false, DepthEncoding.PLACES, planes, 0, mask, 0);
            assertThat(planes[0]).isEqualTo(-1);
            assertThat(planes[3]).isCloseTo(180 / 127.5f - 1, within(1e-6f));
            assertThat(planes[12]).isEqualTo(1);
            assertThat(planes[14]).isCloseTo(-1, within(1e-6f));
            assertThat(planes[15]).isEqualTo(-1);
            assertThat(mask).containsExactly(0, 1, 0, 1);
            float[] mirrored = new float[16];
            shard.window(first, 0, 0, 2, 2, true, DepthEncoding.PLACES, mirrored, 0, mask, 0);
            assertThat(mirrored[0]).isEqualTo(planes[1]);
            assertThat(mirrored[13]).isEqualTo(planes[12]);
            assertThat(mask).containsExactly(1, 0, 1, 0);
        }
    }

    @Test
    void refusesScenesBeyondTheFile() throws IOException {
        Path file = twoScenes();
        Files.writeString(file, Files.readString(file).replace("\"offset\":32", "\"offset\":33"));
        assertThatThrownBy(() -> TupleShard.open(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " line 2: 4x2 pixels at 33 do not lie within the shard's 96 bytes");
    }

    @Test
    void refusesScenesWithoutCaptions() throws IOException {
        Path file = twoScenes();
        Files.writeString(file, Files.readString(file).replace("[\"three\"]", "[]"));
        assertThatThrownBy(() -> TupleShard.open(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " line 2: no captions");
    }
}
