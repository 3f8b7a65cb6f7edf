package dev.suffice.models.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {
    @TempDir
    private Path folder;

    private Path write(String file, String tensor) throws IOException {
        var path = folder.resolve(file);
        new SafetensorsWriter().tensor(tensor, Shape.of(2, 3), new float[6]).write(path);
        return path;
    }

    @Test
    void fullPrecisionIsPreferred() throws IOException {
        write("diffusion_pytorch_model.fp16.safetensors", "half");
        assertThat(Weights.open(folder).contains("half")).isTrue();
        write("diffusion_pytorch_model.safetensors", "full");
        assertThat(Weights.open(folder).contains("full")).isTrue();
    }

    @Test
    void noWeights() {
        assertThatThrownBy(() -> Weights.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        folder + ": no weights: expected diffusion_pytorch_model.safetensors or model.safetensors or"
                                + " diffusion_pytorch_model.fp16.safetensors or model.fp16.safetensors; other formats (.bin,"
                                + " .ckpt) have to be saved as safetensors");
    }

    @Test
    void shards() throws IOException {
        write("model-1.safetensors", "a");
        write("model-2.safetensors", "b");
        index("{\"weight_map\":{\"a\":\"model-1.safetensors\",\"b\":\"model-2.safetensors\"}}");
        var weights = Weights.open(folder);
        assertThat(weights.tensors()).containsOnlyKeys("a", "b");
        assertThat(weights.byteSize()).isEqualTo(48);
        assertThat(weights.require("b", Shape.of(2, 3)).file()).isEqualTo(folder.resolve("model-2.safetensors"));
    }

    @Test
    void shardWithoutTheTensor() throws IOException {
        var shard = write("model-1.safetensors", "a");
        index("{\"weight_map\":{\"b\":\"model-1.safetensors\"}}");
        assertThatThrownBy(() -> Weights.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessage(shard + ": tensor b: missing; model.safetensors.index.json says it is in this file");
    }

    @Test
    void missingShard() throws IOException {
        index("{\"weight_map\":{\"b\":\"model-9.safetensors\"}}");
        assertThatThrownBy(() -> Weights.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessage(folder.resolve("model-9.safetensors") + ": no such file");
    }

    @Test
    void shardOutsideTheFolder() throws IOException {
        index("{\"weight_map\":{\"b\":\"../../etc/passwd\"}}");
        assertThatThrownBy(() -> Weights.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessage(folder.resolve("model.safetensors.index.json")
                        + ": tensor b: file \"../../etc/passwd\": must be a file of the same folder");
    }

    @Test
    void missingTensor() throws IOException {
        var path = write("model.safetensors", "a");
        assertThatThrownBy(() -> Weights.open(folder).require("b", Shape.of(4)))
                .isInstanceOf(ModelException.class)
                .hasMessage(path + ": tensor b: missing; config.json asks for one of shape [4]");
    }

    @Test
    void tensorOfAnotherShape() throws IOException {
        var path = write("model.safetensors", "a");
        assertThatThrownBy(() -> Weights.open(folder).require("a", Shape.of(3, 2)))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        path + ": tensor a: shape [2, 3]: config.json asks for [3, 2]; do the two belong together?");
    }

    @Test
    void axesOfSizeOneAtTheEndDoNotCount() throws IOException {
        write("model.safetensors", "a");
        assertThat(Weights.open(folder).require("a", Shape.of(2, 3, 1, 1)).shape())
                .isEqualTo(Shape.of(2, 3));
    }

    private void index(String json) throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), json);
    }
}
