package dev.suffice.train.nn;

import java.util.List;

/**
 * The shape of an {@link AutoencoderKl}, in the words of diffusers' {@code vae/config.json}; no attention in the middle block.
 *
 * @param sampleSize side of the images it is trained for
 * @param channels channels of the images (4: red, green, blue, depth)
 * @param latentChannels channels of the latents
 * @param blockOutChannels channels of each resolution, finest first; the latents are 2^(levels - 1) times smaller
 * @param layersPerBlock residual blocks of each resolution in the encoder; one more in the decoder
 * @param normGroups groups of the group norms
 */
public record AutoencoderKlConfig(
        int sampleSize,
        int channels,
        int latentChannels,
        List<Integer> blockOutChannels,
        int layersPerBlock,
        int normGroups) {

    /** Copies the list. */
    public AutoencoderKlConfig {
        blockOutChannels = List.copyOf(blockOutChannels);
    }

    /** The autoencoder of the bundled model. */
    public static AutoencoderKlConfig places() {
        return new AutoencoderKlConfig(128, 4, 8, List.of(16, 32, 64, 128), 1, 8);
    }

    /** How many pixels one latent position stands for, along one side. */
    public int downsampling() {
        return 1 << (blockOutChannels.size() - 1);
    }
}
