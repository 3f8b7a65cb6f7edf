package dev.suffice.models.family;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Models that cannot be built say which file and key, or which tensor, is the reason. */
class UnsupportedModelTest {
    private static final Path MODEL = Path.of("src/test/resources/goldens/ldm3d/tiny-ldm3d");

    @TempDir
    private Path folder;

    /** A copy of a component, with one key of its configuration set to another JSON value. */
    private void component(String name, String key, String json) throws IOException {
        var mapper = JsonMapper.shared();
        var config = (ObjectNode)
                mapper.readTree(MODEL.resolve(name).resolve("config.json").toFile());
        config.set(key, mapper.readTree(json.replace('\'', '"')));
        Files.writeString(folder.resolve("config.json"), config.toString());
        var file = name.equals("text_encoder") ? "model.safetensors" : "diffusion_pytorch_model.safetensors";
        Files.copy(MODEL.resolve(name).resolve(file), folder.resolve(file));
    }

    private void fails(ThrowingCallable open, String message) {
        assertThatThrownBy(open)
                .isInstanceOf(ModelException.class)
                .hasMessage(folder.resolve("config.json") + ": " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "_class_name | 'UNet2DModel' | must be UNet2DConditionModel",
                "block_out_channels | [16, 30] | must be multiples of norm_num_groups 8",
                "block_out_channels | [] | must be a list of 0, one for each of block_out_channels",
                "block_out_channels | 'many' | must be a list",
                "block_out_channels | [16, -32] | must be a whole number between 1 and 16777216",
                "down_block_types | ['DownBlock2D'] | must be a list of 2, one for each of block_out_channels",
                "down_block_types | ['DownBlock2D','KDownBlock2D'] | must be of DownBlock2D and CrossAttnDownBlock2D",
                "up_block_types | ['UpBlock2D','SkipUpBlock2D'] | must be of UpBlock2D and CrossAttnUpBlock2D",
                "mid_block_type | 'UNetMidBlock2DSimpleCrossAttn' | must be UNetMidBlock2DCrossAttn, UNetMidBlock2D or null",
                "attention_head_dim | 3 | must be divisors of block_out_channels [16, 32]",
                "attention_head_dim | [2, 2, 2] | must be one value, or a list of 2, one for each block",
                "class_embed_type | 'text' | must be null, timestep, identity, projection or simple_projection",
                "addition_embed_type | 'text_time' | must be text or null",
                "time_embedding_type | 'fourier' | must be positional",
                "resnet_time_scale_shift | 'spatial' | must be default or scale_shift",
                "dual_cross_attention | true | must be false",
                "act_fn | 'sine' | must be one of silu, swish, gelu, gelu_new, gelu_pytorch_tanh, quick_gelu, relu, mish, tanh",
                "conv_in_kernel | 2 | must be odd",
                "downsample_padding | 2 | must be 0 or 1",
                "norm_num_groups | null | must be a number",
                "norm_eps | 'small' | must be a number",
                "transformer_layers_per_block | [[0],[1]] | must be numbers from 1 to 1000, 1 for this block",
                "in_channels | 0 | must be a whole number between 1 and 16777216",
                "in_channels | 4.5 | must be a whole number between 1 and 16777216",
                "flip_sin_to_cos | 'yes' | must be true or false",
            })
    void unetConfigurations(String key, String value, String expected) throws IOException {
        component("unet", key, value);
        var shown = JsonMapper.shared().readTree(value.replace('\'', '"')).toString();
        var named = expected.startsWith("must be a list of 0") ? "down_block_types" : key;
        var seen = named.equals(key) ? shown : "[\"DownBlock2D\",\"CrossAttnDownBlock2D\"]";
        fails(() -> UNet2DCondition.open(folder), "%s %s: %s".formatted(named, seen, expected));
    }

    @Test
    void headsOfTheTextPooling() throws IOException {
        component("unet", "addition_embed_type", "'text'");
        fails(
                () -> UNet2DCondition.open(folder),
                "addition_embed_type_num_heads 64: must be a divisor of the text size 32, which 64 is not");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "_class_name | 'AutoencoderTiny' | must be AutoencoderKL",
                "down_block_types | ['DownEncoderBlock2D','AttnDownEncoderBlock2D'] | must be DownEncoderBlock2D, once for each of block_out_channels [16, 32]",
                "up_block_types | ['UpDecoderBlock2D'] | must be UpDecoderBlock2D, once for each of block_out_channels [16, 32]",
                "block_out_channels | [16, 20] | must be multiples of norm_num_groups 8",
            })
    void autoencoderConfigurations(String key, String value, String expected) throws IOException {
        component("vae", key, value);
        var shown = JsonMapper.shared().readTree(value.replace('\'', '"')).toString();
        fails(() -> AutoencoderKl.open(folder), "%s %s: %s".formatted(key, shown, expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "architectures | ['T5EncoderModel'] | must be CLIPTextModel or CLIPTextModelWithProjection",
                "num_attention_heads | 5 | must be a divisor of hidden_size 32",
            })
    void textEncoderConfigurations(String key, String value, String expected) throws IOException {
        component("text_encoder", key, value);
        var shown = JsonMapper.shared().readTree(value.replace('\'', '"')).toString();
        fails(() -> ClipText.open(folder), "%s %s: %s".formatted(key, shown, expected));
    }

    @Test
    void noConfiguration() {
        fails(() -> UNet2DCondition.open(folder), "no such file");
    }

    @Test
    void configurationThatIsNotJson() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"in_channels\": }");
        assertThatThrownBy(() -> UNet2DCondition.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(folder.resolve("config.json") + ": not valid JSON: ");
    }

    @Test
    void tensorThatDoesNotFitTheConfiguration() throws IOException {
        component("unet", "cross_attention_dim", "48");
        var unet = UNet2DCondition.open(folder);
        assertThatThrownBy(() -> unet.network(OperatorSet.STANDARD, 8, 8, 77, Padding.ZERO))
                .isInstanceOf(ModelException.class)
                .hasMessage(folder.resolve("diffusion_pytorch_model.safetensors")
                        + ": tensor down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.weight: shape [32, 32]:"
                        + " config.json asks for [32, 48]; do the two belong together?");
    }

    @Test
    void tensorThatIsMissing() throws IOException {
        component("vae", "layers_per_block", "1");
        var file = folder.resolve("diffusion_pytorch_model.safetensors");
        Files.delete(file);
        new SafetensorsWriter()
                .tensor("post_quant_conv.weight", Shape.of(4, 4, 1, 1), new float[16])
                .write(file);
        var vae = AutoencoderKl.open(folder);
        assertThatThrownBy(() -> vae.decoder(OperatorSet.STANDARD, 8, 8, Padding.ZERO))
                .isInstanceOf(ModelException.class)
                .hasMessage(file
                        + ": tensor decoder.conv_in.weight: missing; config.json asks for one of shape [32, 4, 3, 3]");
    }

    @Test
    void sizesThatCannotBe() throws IOException {
        var vae = AutoencoderKl.open(MODEL.resolve("vae"));
        assertThatThrownBy(() -> vae.encoder(OperatorSet.STANDARD, 16, 15, Padding.ZERO))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("size 15x16: width and height must be multiples of 2");
        var text = ClipText.open(MODEL.resolve("text_encoder"));
        assertThatThrownBy(() -> text.network(OperatorSet.STANDARD, 78))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("78 tokens: must be between 1 and 77");
        assertThatThrownBy(() -> text.network(OperatorSet.STANDARD, 77, 3))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("3 skipped layers: must be between 0 and 2");
        var unet = UNet2DCondition.open(MODEL.resolve("unet"));
        assertThatThrownBy(() -> unet.network(OperatorSet.STANDARD, 0, 8, 77, Padding.ZERO))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("latents 8x0, 77 tokens: all must be at least 1");
    }
}
