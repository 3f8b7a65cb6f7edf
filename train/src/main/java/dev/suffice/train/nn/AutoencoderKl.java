package dev.suffice.train.nn;

import dev.suffice.train.nn.Layers.Conv;
import dev.suffice.train.nn.Layers.Edge;
import dev.suffice.train.nn.Layers.GroupNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The KL autoencoder of latent diffusion (Rombach et al. 2022; Stan et al. 2023 for RGB and depth together) with the structure and
 * the parameter names of diffusers' {@code AutoencoderKL}.
 */
public final class AutoencoderKl {
    private final AutoencoderKlConfig config;
    private final Parameters parameters;
    private final Conv encoderIn;
    private final List<Level> down = new ArrayList<>();
    private final List<ResnetBlock> encoderMiddle;
    private final GroupNorm encoderNorm;
    private final Conv encoderOut;
    private final Conv quant;
    private final Conv postQuant;
    private final Conv decoderIn;
    private final List<ResnetBlock> decoderMiddle;
    private final List<Level> up = new ArrayList<>();
    private final GroupNorm decoderNorm;
    private final Conv decoderOut;

    private record Level(List<ResnetBlock> resnets, Optional<Conv> sampler) {}

    /** What the encoder knows about the latents of an image: a normal distribution for each value. */
    public record Posterior(Tensor mean, Tensor logVariance) {}

    /** Declares the network's parameters in {@code p}; they must be allocated before the first call. */
    public AutoencoderKl(Parameters p, AutoencoderKlConfig config) {
        this.config = config;
        this.parameters = p;
        List<Integer> channels = config.blockOutChannels();
        int groups = config.normGroups();
        int levels = channels.size();
        int last = channels.getLast();
        int latent = config.latentChannels();
        encoderIn = Conv.declare(p, "encoder.conv_in", config.channels(), channels.getFirst(), 3, 1, Init.UNIFORM);
        int in = channels.getFirst();
        for (int i = 0; i < levels; i++) {
            String name = "encoder.down_blocks." + i;
            int out = channels.get(i);
            var resnets = new ArrayList<ResnetBlock>();
            for (int j = 0; j < config.layersPerBlock(); j++) {
                resnets.add(new ResnetBlock(p, name + ".resnets." + j, j == 0 ? in : out, out, 0, groups, 1e-6));
            }
            Optional<Conv> sampler = i == levels - 1
                    ? Optional.empty()
                    : Optional.of(Conv.declare(p, name + ".downsamplers.0.conv", out, out, 3, 2, Init.UNIFORM));
            down.add(new Level(resnets, sampler));
            in = out;
        }
        encoderMiddle = middle(p, "encoder.mid_block", last, groups);
        encoderNorm = GroupNorm.declare(p, "encoder.conv_norm_out", last, groups, 1e-6);
        encoderOut = Conv.declare(p, "encoder.conv_out", last, 2 * latent, 3, 1, Init.UNIFORM);
        quant = Conv.declare(p, "quant_conv", 2 * latent, 2 * latent, 1, 1, Init.UNIFORM);
        postQuant = Conv.declare(p, "post_quant_conv", latent, latent, 1, 1, Init.UNIFORM);
        decoderIn = Conv.declare(p, "decoder.conv_in", latent, last, 3, 1, Init.UNIFORM);
        decoderMiddle = middle(p, "decoder.mid_block", last, groups);
        in = last;
        for (int i = 0; i < levels; i++) {
            String name = "decoder.up_blocks." + i;
            int out = channels.get(levels - 1 - i);
            var resnets = new ArrayList<ResnetBlock>();
            for (int j = 0; j <= config.layersPerBlock(); j++) {
                resnets.add(new ResnetBlock(p, name + ".resnets." + j, j == 0 ? in : out, out, 0, groups, 1e-6));
            }
            Optional<Conv> sampler = i == levels - 1
                    ? Optional.empty()
                    : Optional.of(Conv.declare(p, name + ".upsamplers.0.conv", out, out, 3, 1, Init.UNIFORM));
            up.add(new Level(resnets, sampler));
            in = out;
        }
        decoderNorm = GroupNorm.declare(p, "decoder.conv_norm_out", channels.getFirst(), groups, 1e-6);
        decoderOut = Conv.declare(p, "decoder.conv_out", channels.getFirst(), config.channels(), 3, 1, Init.UNIFORM);
    }

    private static List<ResnetBlock> middle(Parameters p, String name, int channels, int groups) {
        return List.of(
                new ResnetBlock(p, name + ".resnets.0", channels, channels, 0, groups, 1e-6),
                new ResnetBlock(p, name + ".resnets.1", channels, channels, 0, groups, 1e-6));
    }

    /** The network's shape. */
    public AutoencoderKlConfig config() {
        return config;
    }

    /** The network's parameters. */
    public Parameters parameters() {
        return parameters;
    }

    /** @param images [N, channels, H, W] in -1..1, sides a multiple of the downsampling */
    public Posterior encode(Tensor images, boolean panorama) {
        Edge edge = panorama ? Edge.WRAP : Edge.ZERO;
        Tensor h = images.to(parameters.precision().scalarType());
        h = encoderIn.apply(h, edge);
        for (Level level : down) {
            for (ResnetBlock resnet : level.resnets()) {
                h = resnet.apply(h, edge);
            }
            if (level.sampler().isPresent()) {
                h = level.sampler().get().applyPaddedBelow(h, edge);
            }
        }
        for (ResnetBlock resnet : encoderMiddle) {
            h = resnet.apply(h, edge);
        }
        h = quant.apply(encoderOut.apply(torch.silu(encoderNorm.apply(h)), edge), edge);
        TensorVector halves = h.to(torch.ScalarType.Float).chunk(2, 1);
        return new Posterior(halves.get(0), halves.get(1));
    }

    /** @param latents [N, latentChannels, h, w], not scaled; the result is [N, channels, H, W], 32-bit floats, about -1..1 */
    public Tensor decode(Tensor latents, boolean panorama) {
        Edge edge = panorama ? Edge.WRAP : Edge.ZERO;
        Tensor h = latents.to(parameters.precision().scalarType());
        h = decoderIn.apply(postQuant.apply(h, edge), edge);
        for (ResnetBlock resnet : decoderMiddle) {
            h = resnet.apply(h, edge);
        }
        for (Level level : up) {
            for (ResnetBlock resnet : level.resnets()) {
                h = resnet.apply(h, edge);
            }
            if (level.sampler().isPresent()) {
                h = level.sampler().get().apply(Layers.upsample(h), edge);
            }
        }
        return decoderOut.apply(torch.silu(decoderNorm.apply(h)), edge).to(torch.ScalarType.Float);
    }
}
