package dev.suffice.models.family;

import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What an autoencoder of latent diffusion is like from outside, from diffusers' {@code config.json}.
 *
 * @param inChannels of the images it encodes
 * @param outChannels of the images it decodes to
 * @param latentChannels of the latents
 * @param reduction how many pixels, in each direction, one element of the latents stands for
 * @param scalingFactor what latents are multiplied by, so that their standard deviation is about 1
 * @param shiftFactor what is subtracted from latents before they are scaled
 */
public record AutoencoderConfig(
        int inChannels, int outChannels, int latentChannels, int reduction, double scalingFactor, double shiftFactor) {
    /** The second is how Optimum calls what it has exported. */
    private static final List<String> CLASSES = List.of("AutoencoderKL", "ORTVaeDecoder");

    private static final int MOST_BLOCKS = 16;

    /**
     * That of a model's folder: {@code vae}, or {@code vae_decoder} where decoder and encoder were exported apart.
     *
     * @throws ModelException if there is none, or naming the key whose value is not supported
     */
    public static AutoencoderConfig ofModel(Path folder) {
        var whole = folder.resolve("vae");
        var part = Files.isDirectory(whole) ? whole : folder.resolve("vae_decoder");
        return of(Config.read(part.resolve("config.json")));
    }

    /**
     * Reads and checks it.
     *
     * @throws ModelException naming the key whose value is not supported
     */
    public static AutoencoderConfig of(Config config) {
        if (!CLASSES.contains(config.text("_class_name", CLASSES.getFirst()))) {
            throw config.unsupported("_class_name", CLASSES.getFirst());
        }
        int blocks = config.sizes("block_out_channels", List.of(64)).size();
        if (blocks < 1 || blocks > MOST_BLOCKS) {
            throw config.unsupported("block_out_channels", "1 to %d numbers".formatted(MOST_BLOCKS));
        }
        return new AutoencoderConfig(
                config.size("in_channels", 3),
                config.size("out_channels", 3),
                config.size("latent_channels", 4),
                1 << (blocks - 1),
                config.number("scaling_factor", 0.18215),
                config.number("shift_factor", 0));
    }
}
