package dev.suffice.server.model;

import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.ImageSize;
import dev.suffice.diffusion.scheduler.SchedulerConfig;
import dev.suffice.models.family.AutoencoderConfig;
import dev.suffice.models.family.RgbdUpscaler;
import dev.suffice.models.folder.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * What is known of a model without loading it: enough to check a request before it waits, and to show what the model recommends.
 *
 * @param name as requests name it
 * @param created when its folder was last changed
 * @param steps that its card recommends
 * @param guidance that its card recommends
 * @param panoramaGuidance the same for panoramas
 * @param nativeSize of images that it is made to denoise
 * @param nativePanoramaSize the same for panoramas
 * @param scale how many times as wide and high its upscaler makes images; 1 if it has none
 * @param enlarge whether images are enlarged unless a request says otherwise
 * @param panoramaEnlarge the same for panoramas
 * @param multiple that widths and heights must be multiples of
 * @param scheduler its own sampler's configuration
 */
public record ModelFacts(
        String name,
        Instant created,
        int steps,
        double guidance,
        double panoramaGuidance,
        ImageSize nativeSize,
        ImageSize nativePanoramaSize,
        int scale,
        boolean enlarge,
        boolean panoramaEnlarge,
        int multiple,
        SchedulerConfig scheduler) {
    /** Size of images that are asked for without one. */
    public ImageSize size(boolean panorama) {
        var size = panorama ? nativePanoramaSize : nativeSize;
        return (panorama ? panoramaEnlarge : enlarge) ? size.times(scale) : size;
    }

    /** Class of its own sampler. */
    public String schedulerClass() {
        return scheduler.className().orElse("unknown");
    }

    /**
     * Reads the small files of a model's folder.
     *
     * @throws SufficeException if they are missing or say nothing sensible
     */
    public static ModelFacts read(String name, Path folder) {
        var card = folder.resolve("suffice.json");
        var defaults = Files.exists(card) ? Config.read(card).json().path("defaults") : missing();
        var multiple = AutoencoderConfig.ofModel(folder).reduction();
        var sample = Config.read(folder.resolve("unet/config.json")).json().path("sample_size");
        var height = multiple * (sample.isArray() ? sample.path(0).intValue(64) : sample.intValue(64));
        var width = multiple * (sample.isArray() ? sample.path(1).intValue(64) : sample.intValue(64));
        var plain = new ImageSize(
                defaults.path("width").intValue(width), defaults.path("height").intValue(height));
        var scale = RgbdUpscaler.of(folder).map(RgbdUpscaler::scale).orElse(1);
        // without a card, what was published for LDM3D
        var guidance = defaults.path("guidance_scale").doubleValue(5);
        return new ModelFacts(
                name,
                changed(folder),
                defaults.path("steps").intValue(49),
                guidance,
                defaults.path("panorama_guidance_scale").doubleValue(defaults.isMissingNode() ? 7 : guidance),
                plain,
                new ImageSize(
                        defaults.path("panorama_width").intValue(2 * plain.width()),
                        defaults.path("panorama_height").intValue(plain.height())),
                scale,
                scale > 1 && defaults.path("enlarge").booleanValue(false),
                scale > 1 && defaults.path("panorama_enlarge").booleanValue(false),
                multiple,
                SchedulerConfig.read(folder.resolve("scheduler/scheduler_config.json")));
    }

    private static JsonNode missing() {
        return tools.jackson.databind.node.MissingNode.getInstance();
    }

    private static Instant changed(Path folder) {
        try {
            return Files.getLastModifiedTime(folder).toInstant();
        } catch (IOException e) {
            throw new SufficeException("model folder %s: cannot be read: %s".formatted(folder, e.getMessage()), e);
        }
    }
}
