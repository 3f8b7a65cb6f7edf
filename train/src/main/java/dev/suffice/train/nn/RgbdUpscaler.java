package dev.suffice.train.nn;

import dev.suffice.train.nn.Layers.Conv;
import dev.suffice.train.nn.Layers.Edge;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes pictures larger: residual blocks without normalisation (Lim et al. 2017) at the small size, then a sub-pixel convolution (Shi et
 * al. 2016), added to the bilinear enlargement, which it starts as.
 */
public final class RgbdUpscaler {
    private final RgbdUpscalerConfig config;
    private final Parameters parameters;
    private final Conv in;
    private final List<Block> blocks = new ArrayList<>();
    private final Conv out;

    private record Block(Conv first, Conv second) {}

    /** Declares the network's parameters in {@code p}; they must be allocated before the first call. */
    public RgbdUpscaler(Parameters p, RgbdUpscalerConfig config) {
        this.config = config;
        this.parameters = p;
        int hidden = config.hiddenChannels();
        in = Conv.declare(p, "conv_in", config.channels(), hidden, 3, 1, Init.UNIFORM);
        for (int i = 0; i < config.blocks(); i++) {
            blocks.add(new Block(
                    Conv.declare(p, "blocks." + i + ".conv1", hidden, hidden, 3, 1, Init.UNIFORM),
                    Conv.declare(p, "blocks." + i + ".conv2", hidden, hidden, 3, 1, Init.ZERO)));
        }
        out = Conv.declare(p, "conv_out", hidden, config.channels() * config.scale() * config.scale(), 3, 1, Init.ZERO);
    }

    /** The network's shape. */
    public RgbdUpscalerConfig config() {
        return config;
    }

    /** @param images [N, channels, H, W] in -1..1; the result is [N, channels, scale H, scale W], 32-bit floats, about -1..1 */
    public Tensor apply(Tensor images, boolean panorama) {
        Edge edge = panorama ? Edge.WRAP : Edge.ZERO;
        Tensor h = in.apply(images.to(parameters.precision().scalarType()), edge);
        for (Block block : blocks) {
            h = h.add(block.second().apply(torch.relu(block.first().apply(h, edge)), edge));
        }
        Tensor detail = torch.pixel_shuffle(out.apply(torch.relu(h), edge), config.scale());
        return enlarge(images, panorama).add(detail.to(torch.ScalarType.Float));
    }

    /** Bilinear, around the edge in a panorama. */
    private Tensor enlarge(Tensor images, boolean panorama) {
        int scale = config.scale();
        Tensor wider = panorama ? torch.pad(images, new long[] {1, 1, 0, 0}, "circular", new DoubleOptional()) : images;
        long[] size = {scale * wider.size(2), scale * wider.size(3)};
        Tensor enlarged = torch.upsample_bilinear2d(wider, size, false, new DoubleOptional(), new DoubleOptional());
        return panorama ? enlarged.narrow(3, scale, scale * images.size(3)) : enlarged;
    }
}
