package dev.suffice.models.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.models.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSummaryTest {
    @TempDir
    Path folder;

    @Test
    void readsADiffusersFolder() {
        var summary = ModelSummary.of(Path.of("src/test/resources/goldens/ldm3d/tiny-ldm3d-4c"));
        assertThat(summary.architecture()).isEqualTo("StableDiffusionLDM3DPipeline");
        assertThat(summary.parts()).extracting(ModelSummary.Part::name).contains("unet", "vae", "scheduler");
        assertThat(summary.parameters())
                .isEqualTo(summary.parts().stream()
                        .mapToLong(ModelSummary.Part::parameters)
                        .sum())
                .isPositive();
        assertThat(summary.quantisation()).startsWith("float");
        assertThat(summary.contextLength()).isZero();
    }

    @Test
    void readsConfigurationAndCard() throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\":\"llama\",\"text_config\":{\"max_position_embeddings\":4096},\"quantization_config\":{\"quant_method\":\"gptq\",\"bits\":4}}");
        Files.writeString(
                folder.resolve("README.md"), "---\nlicense: other\nlicense_name: acme-community\n---\nlicense: mit\n");
        var summary = ModelSummary.of(folder);
        assertThat(summary.architecture()).isEqualTo("unknown");
        assertThat(summary.type()).isEqualTo("llama");
        assertThat(summary.contextLength()).isEqualTo(4096);
        assertThat(summary.quantisation()).isEqualTo("gptq, 4 bits");
        assertThat(summary.licence()).isEqualTo("acme-community");
        assertThat(summary.parameters()).isEqualTo(-1);
        Files.writeString(folder.resolve("README.md"), "license: mit\n");
        assertThat(ModelSummary.of(folder).licence()).isEmpty();
    }

    @Test
    void refusesWhatIsNoModel() throws IOException {
        assertThatThrownBy(() -> ModelSummary.of(folder))
                .isInstanceOf(ModelException.class)
                .hasMessage("%s: no model: neither model_index.json nor config.json is in it", folder);
        var file = Files.writeString(folder.resolve("a.gguf"), "<html></html>");
        assertThatThrownBy(() -> ModelSummary.of(file))
                .hasMessage(
                        "%s: does not start with \"GGUF\": not a GGUF file, or one from before GGUF; convert the model again",
                        file);
    }
}
