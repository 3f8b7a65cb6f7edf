package dev.suffice.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HubSelectionTest {
    private static final HubName NAME = HubName.of("acme/tiny");

    @Test
    void takesOneSetOfWeights() {
        assertThat(usual(
                        "config.json",
                        "generation_config.json",
                        "tokenizer.json",
                        "tokenizer_config.json",
                        "merges.txt",
                        "spiece.model",
                        "chat_template.jinja",
                        "LICENSE",
                        "README.md",
                        ".gitattributes",
                        "model.safetensors",
                        "model.fp16.safetensors",
                        "pytorch_model.bin",
                        "pytorch_model.bin.index.json",
                        "tf_model.h5",
                        "flax_model.msgpack",
                        "rust_model.ot",
                        "onnx/model.onnx",
                        "onnx/config.json",
                        "picture.png"))
                .containsExactlyInAnyOrder(
                        "config.json",
                        "generation_config.json",
                        "tokenizer.json",
                        "tokenizer_config.json",
                        "merges.txt",
                        "spiece.model",
                        "chat_template.jinja",
                        "LICENSE",
                        "README.md",
                        "model.safetensors");
    }

    @Test
    void takesAllShardsWithTheirIndex() {
        assertThat(usual(
                        "config.json",
                        "model.safetensors.index.json",
                        "model-00001-of-00002.safetensors",
                        "model-00002-of-00002.safetensors",
                        "consolidated-00001-of-00002.safetensors",
                        "model.fp16-00001-of-00001.safetensors"))
                .containsExactlyInAnyOrder(
                        "config.json",
                        "model.safetensors.index.json",
                        "model-00001-of-00002.safetensors",
                        "model-00002-of-00002.safetensors");
        assertThat(usual("config.json", "model.safetensors.index.fp16.json", "model.fp16-00001-of-00001.safetensors"))
                .containsExactlyInAnyOrder(
                        "config.json", "model.safetensors.index.fp16.json", "model.fp16-00001-of-00001.safetensors");
    }

    @Test
    void takesTheFoldersOfADiffusersModel() {
        assertThat(usual(
                        "model_index.json",
                        "README.md",
                        "whole.ckpt",
                        "whole.safetensors",
                        "unet/config.json",
                        "unet/diffusion_pytorch_model.safetensors",
                        "unet/diffusion_pytorch_model.fp16.safetensors",
                        "unet/diffusion_pytorch_model.bin",
                        "tokenizer/vocab.json",
                        "tokenizer/merges.txt",
                        "scheduler/scheduler_config.json",
                        "safety_checker/config.json",
                        "safety_checker/model.safetensors",
                        "vae_onnx/model.onnx",
                        "vae_onnx/config.json",
                        "unet/old/config.json"))
                .containsExactlyInAnyOrder(
                        "model_index.json",
                        "README.md",
                        "unet/config.json",
                        "unet/diffusion_pytorch_model.safetensors",
                        "tokenizer/vocab.json",
                        "tokenizer/merges.txt",
                        "scheduler/scheduler_config.json");
        assertThatThrownBy(() -> usual(
                        "model_index.json",
                        "unet/config.json",
                        "unet/diffusion_pytorch_model.bin",
                        "vae/diffusion_pytorch_model.safetensors"))
                .isInstanceOf(SufficeException.class)
                .hasMessage(
                        "model acme/tiny: no weights as safetensors or GGUF in place of unet/diffusion_pytorch_model.bin; another revision may have them, or save the model as safetensors; --include fetches files as they are");
    }

    @Test
    void takesOneGgufFile() {
        assertThat(usual("README.md", "a-Q4.gguf")).containsExactly("a-Q4.gguf");
        assertThat(usual("a-00001-of-00002.gguf", "a-00002-of-00002.gguf")).hasSize(2);
        assertThatThrownBy(() -> usual("a-Q4.gguf", "a-Q8.gguf"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "model acme/tiny: has several GGUF files; say which: ./suffice models pull acme/tiny --file F, with F one of a-Q4.gguf, a-Q8.gguf");
        var all = files("a-Q4.gguf", "b-00001-of-00002.gguf", "b-00002-of-00002.gguf", "config.json");
        assertThat(paths(HubSelection.of(NAME.withFile("a-Q4.gguf"), all, List.of())))
                .containsExactly("a-Q4.gguf");
        assertThat(paths(HubSelection.of(NAME.withFile("b-00001-of-00002.gguf"), all, List.of())))
                .hasSize(2);
        assertThatThrownBy(() -> HubSelection.of(NAME.withFile("c.gguf"), all, List.of()))
                .hasMessage(
                        "model acme/tiny: no file c.gguf; it has a-Q4.gguf, b-00001-of-00002.gguf, b-00002-of-00002.gguf");
    }

    @Test
    void takesWhatIsAskedFor() {
        var all = files("a.json", "b/c.json", "b/d.txt", "x(1).bin");
        assertThat(paths(HubSelection.of(NAME, all, List.of("*.json")))).containsExactly("a.json", "b/c.json");
        assertThat(paths(HubSelection.of(NAME, all, List.of("b/?.txt", "x(1).bin"))))
                .containsExactly("b/d.txt", "x(1).bin");
        assertThatThrownBy(() -> HubSelection.of(NAME, all, List.of("*.gguf")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "model acme/tiny: no file matches --include *.gguf; it has a.json, b/c.json, b/d.txt, x(1).bin");
    }

    @Test
    void aRepositoryWithoutAModelIsRefused() {
        assertThatThrownBy(() -> usual("config.json", "pytorch_model.bin"))
                .hasMessageContaining("in place of pytorch_model.bin");
        assertThatThrownBy(() -> usual("README.md"))
                .hasMessageStartingWith("model acme/tiny: no weights as safetensors or GGUF;");
    }

    private static List<String> usual(String... paths) {
        return paths(HubSelection.of(NAME, files(paths), List.of()));
    }

    private static List<HubFile> files(String... paths) {
        return Arrays.stream(paths).map(path -> new HubFile(path, -1, null)).toList();
    }

    private static List<String> paths(List<HubFile> files) {
        return files.stream().map(HubFile::path).toList();
    }
}
