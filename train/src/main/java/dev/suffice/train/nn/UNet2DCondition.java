package dev.suffice.train.nn;

import dev.suffice.train.nn.Layers.Conv;
import dev.suffice.train.nn.Layers.Edge;
import dev.suffice.train.nn.Layers.GroupNorm;
import dev.suffice.train.nn.Layers.Linear;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The text-conditional U-Net of Stable Diffusion (Rombach et al. 2022) with the structure and the parameter names of diffusers'
 * {@code UNet2DConditionModel}: down blocks with or without transformers, a middle block with one, up blocks mirrored.
 */
public final class UNet2DCondition {
    private final UNet2DConditionConfig config;
    private final Conv convIn;
    private final Linear time1;
    private final Linear time2;
    private final List<Level> down = new ArrayList<>();
    private final ResnetBlock middle0;
    private final TransformerBlock middleAttention;
    private final ResnetBlock middle1;
    private final List<Level> up = new ArrayList<>();
    private final GroupNorm normOut;
    private final Conv convOut;
    private final TextPooling pooling;
    private final Parameters parameters;

    private record Level(List<ResnetBlock> resnets, List<TransformerBlock> attentions, Optional<Conv> sampler) {}

    /** Declares the network's parameters in {@code p}; they must be allocated before the first call. */
    public UNet2DCondition(Parameters p, UNet2DConditionConfig config) {
        this.parameters = p;
        this.config = config;
        List<Integer> channels = config.blockOutChannels();
        int groups = config.normGroups();
        int levels = channels.size();
        int first = channels.getFirst();
        int timeWidth = 4 * first;
        convIn = Conv.declare(p, "conv_in", config.inChannels(), first, 3, 1, Init.UNIFORM);
        time1 = Linear.declare(p, "time_embedding.linear_1", first, timeWidth, true, Init.UNIFORM);
        time2 = Linear.declare(p, "time_embedding.linear_2", timeWidth, timeWidth, true, Init.UNIFORM);
        int in = first;
        for (int i = 0; i < levels; i++) {
            String name = "down_blocks." + i;
            int out = channels.get(i);
            var resnets = new ArrayList<ResnetBlock>();
            var attentions = new ArrayList<TransformerBlock>();
            for (int j = 0; j < config.layersPerBlock(); j++) {
                resnets.add(
                        new ResnetBlock(p, name + ".resnets." + j, j == 0 ? in : out, out, timeWidth, groups, 1e-5));
                if (config.attention().get(i)) {
                    attentions.add(transformer(p, name + ".attentions." + j, i));
                }
            }
            Optional<Conv> sampler = i == levels - 1
                    ? Optional.empty()
                    : Optional.of(Conv.declare(p, name + ".downsamplers.0.conv", out, out, 3, 2, Init.UNIFORM));
            down.add(new Level(resnets, attentions, sampler));
            in = out;
        }
        int last = channels.getLast();
        middle0 = new ResnetBlock(p, "mid_block.resnets.0", last, last, timeWidth, groups, 1e-5);
        middleAttention = transformer(p, "mid_block.attentions.0", levels - 1);
        middle1 = new ResnetBlock(p, "mid_block.resnets.1", last, last, timeWidth, groups, 1e-5);
        int previous = last;
        for (int i = 0; i < levels; i++) {
            String name = "up_blocks." + i;
            int level = levels - 1 - i;
            int out = channels.get(level);
            int skipOfLast = channels.get(Math.max(level - 1, 0));
            var resnets = new ArrayList<ResnetBlock>();
            var attentions = new ArrayList<TransformerBlock>();
            for (int j = 0; j <= config.layersPerBlock(); j++) {
                int skip = j == config.layersPerBlock() ? skipOfLast : out;
                int main = j == 0 ? previous : out;
                resnets.add(new ResnetBlock(p, name + ".resnets." + j, main + skip, out, timeWidth, groups, 1e-5));
                if (config.attention().get(level)) {
                    attentions.add(transformer(p, name + ".attentions." + j, level));
                }
            }
            Optional<Conv> sampler = i == levels - 1
                    ? Optional.empty()
                    : Optional.of(Conv.declare(p, name + ".upsamplers.0.conv", out, out, 3, 1, Init.UNIFORM));
            up.add(new Level(resnets, attentions, sampler));
            previous = out;
        }
        normOut = GroupNorm.declare(p, "conv_norm_out", first, groups, 1e-5);
        convOut = Conv.declare(p, "conv_out", first, config.outChannels(), 3, 1, Init.ZERO);
        pooling = new TextPooling(p, "add_embedding", config.crossAttentionDim(), timeWidth, config.textPoolingHeads());
    }

    private TransformerBlock transformer(Parameters p, String name, int level) {
        return new TransformerBlock(
                p,
                name,
                config.blockOutChannels().get(level),
                config.heads().get(level),
                config.crossAttentionDim(),
                config.normGroups());
    }

    /** The network's shape. */
    public UNet2DConditionConfig config() {
        return config;
    }

    /** The network's parameters. */
    public Parameters parameters() {
        return parameters;
    }

    /**
     * Predicts v (or whatever the network is trained for).
     *
     * @param latents [N, inChannels, H, W], any floating-point type
     * @param timesteps N training timesteps
     * @param text [N, tokens, crossAttentionDim]
     * @param panorama whether the left and right edges meet
     * @return [N, outChannels, H, W], 32-bit floats
     */
    public Tensor predict(Tensor latents, float[] timesteps, Tensor text, boolean panorama) {
        Edge edge = panorama ? Edge.WRAP : Edge.ZERO;
        torch.ScalarType type = parameters.precision().scalarType();
        Tensor context = text.to(type);
        Tensor embedded = time2.apply(
                        torch.silu(time1.apply(sinusoids(timesteps).to(type))))
                .add(pooling.apply(context));
        Optional<Tensor> time = Optional.of(torch.silu(embedded));
        Tensor h = convIn.apply(latents.to(type), edge);
        Deque<Tensor> skips = new ArrayDeque<>();
        skips.push(h);
        for (Level level : down) {
            for (int j = 0; j < level.resnets().size(); j++) {
                h = level.resnets().get(j).apply(h, time, edge);
                if (!level.attentions().isEmpty()) {
                    h = level.attentions().get(j).apply(h, context);
                }
                skips.push(h);
            }
            if (level.sampler().isPresent()) {
                h = level.sampler().get().apply(h, edge);
                skips.push(h);
            }
        }
        h = middle1.apply(middleAttention.apply(middle0.apply(h, time, edge), context), time, edge);
        for (Level level : up) {
            for (int j = 0; j < level.resnets().size(); j++) {
                h = level.resnets().get(j).apply(Layers.concatenate(h, skips.pop()), time, edge);
                if (!level.attentions().isEmpty()) {
                    h = level.attentions().get(j).apply(h, context);
                }
            }
            if (level.sampler().isPresent()) {
                h = level.sampler().get().apply(Layers.upsample(h), edge);
            }
        }
        return convOut.apply(torch.silu(normOut.apply(h)), edge).to(torch.ScalarType.Float);
    }

    /** Cosines, then sines, of the timestep at geometric frequencies (Vaswani et al. 2017; {@code flip_sin_to_cos}). */
    private Tensor sinusoids(float[] timesteps) {
        int width = config.blockOutChannels().getFirst();
        int half = width / 2;
        float[] values = new float[timesteps.length * width];
        for (int n = 0; n < timesteps.length; n++) {
            for (int i = 0; i < half; i++) {
                double angle = timesteps[n] * Math.exp(-Math.log(10000) * i / half);
                values[n * width + i] = (float) Math.cos(angle);
                values[n * width + half + i] = (float) Math.sin(angle);
            }
        }
        return Tensor.create(values, timesteps.length, width);
    }
}
