package dev.suffice.train.nn;

import java.util.List;

/**
 * The shape of a {@link UNet2DCondition}, in the words of diffusers' {@code unet/config.json}.
 *
 * @param sampleSize side of the latents it is trained on
 * @param inChannels latent channels in
 * @param outChannels latent channels out
 * @param blockOutChannels channels of each resolution, finest first
 * @param attention whether a resolution has transformer blocks, finest first
 * @param heads attention heads of each resolution (diffusers' {@code attention_head_dim})
 * @param layersPerBlock residual blocks of each resolution on the way down; one more on the way up
 * @param crossAttentionDim width of the text features
 * @param textPoolingHeads heads of the attention that pools the text into a vector added to the time embedding
 * @param normGroups groups of the group norms
 */
public record UNet2DConditionConfig(
        int sampleSize,
        int inChannels,
        int outChannels,
        List<Integer> blockOutChannels,
        List<Boolean> attention,
        List<Integer> heads,
        int layersPerBlock,
        int crossAttentionDim,
        int textPoolingHeads,
        int normGroups) {

    /** Copies the lists and checks that they describe the same number of resolutions. */
    public UNet2DConditionConfig {
        blockOutChannels = List.copyOf(blockOutChannels);
        attention = List.copyOf(attention);
        heads = List.copyOf(heads);
        if (attention.size() != blockOutChannels.size() || heads.size() != blockOutChannels.size()) {
            throw new IllegalArgumentException("U-Net: " + blockOutChannels.size() + " resolutions, but "
                    + attention.size() + " attention flags and " + heads.size() + " head counts");
        }
    }

    /** The U-Net of the bundled model. */
    public static UNet2DConditionConfig places() {
        return new UNet2DConditionConfig(
                16, 8, 8, List.of(96, 160, 224), List.of(false, true, true), List.of(3, 5, 7), 1, 384, 6, 32);
    }
}
