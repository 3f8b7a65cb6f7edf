package dev.suffice.diffusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.diffusion.policy.StepRule;
import dev.suffice.image.DepthScale;
import dev.suffice.models.folder.Config;
import dev.suffice.models.store.PackagedEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a model says of itself in {@code suffice.json}, beside diffusers' own files; without the file, the defaults of the
 * published LDM3D.
 *
 * @param steps recommended denoising steps
 * @param rules recommended decisions during a run
 * @param guidance recommended guidance scale
 * @param panoramaGuidance the same for panoramas
 * @param guidanceRescale recommended rescale
 * @param size of images; empty to derive it from the U-Net's sample size
 * @param panoramaSize of panoramas; empty for twice the width of images
 * @param enlarge whether images are enlarged unless asked otherwise, by models that have an upscaler
 * @param panoramaEnlarge the same for panoramas
 * @param depthScale what depth values mean
 * @param sentenceEncoder a text encoder that travels in a library; empty when the folder has its own
 */
record ModelCard(
        int steps,
        List<StepRule> rules,
        double guidance,
        double panoramaGuidance,
        double guidanceRescale,
        Optional<ImageSize> size,
        Optional<ImageSize> panoramaSize,
        boolean enlarge,
        boolean panoramaEnlarge,
        DepthScale depthScale,
        Optional<PackagedEncoder> sentenceEncoder) {
    private static final String FILE = "suffice.json";

    static ModelCard read(Path folder, boolean superResolution) {
        var file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return new ModelCard(
                    superResolution ? 75 : 49,
                    List.of(),
                    superResolution ? 9 : 5,
                    7,
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    false,
                    new DepthScale.Relative(),
                    Optional.empty());
        }
        var config = Config.read(file);
        var defaults = config.json().path("defaults");
        var guidance = number(config, defaults, "guidance_scale", 5);
        return new ModelCard(
                (int) number(config, defaults, "steps", 49),
                rules(config, defaults.path("policy")),
                guidance,
                number(config, defaults, "panorama_guidance_scale", guidance),
                number(config, defaults, "guidance_rescale", 0),
                size(config, defaults, "width", "height"),
                size(config, defaults, "panorama_width", "panorama_height"),
                flag(config, defaults, "enlarge"),
                flag(config, defaults, "panorama_enlarge"),
                config.find("depth").map(node -> depthScale(config, node)).orElse(new DepthScale.Relative()),
                config.find("text_encoder").map(node -> PackagedEncoder.read(config, node)));
    }

    private static double number(Config config, JsonNode defaults, String key, double otherwise) {
        var node = defaults.path(key);
        if (node.isMissingNode()) {
            return otherwise;
        }
        if (!node.isNumber() || !(node.doubleValue() >= 0)) {
            throw config.unsupported("defaults", "a number of at least 0 as " + key);
        }
        return node.doubleValue();
    }

    private static List<StepRule> rules(Config config, JsonNode node) {
        if (node.isMissingNode()) {
            return List.of();
        }
        try {
            return switch (StepPolicy.parse(node.asString(""))) {
                case StepPolicy.Rules(var rules) -> rules;
                case StepPolicy.None _ -> List.of();
                case StepPolicy.Auto _ -> throw config.unsupported("defaults", "rules or none as policy");
            };
        } catch (InvalidRequestException e) {
            throw config.unsupported("defaults", "rules or none as policy (%s)".formatted(e.getMessage()));
        }
    }

    private static boolean flag(Config config, JsonNode defaults, String key) {
        var node = defaults.path(key);
        if (!node.isMissingNode() && !node.isBoolean()) {
            throw config.unsupported("defaults", "true or false as " + key);
        }
        return node.booleanValue(false);
    }

    private static Optional<ImageSize> size(Config config, JsonNode defaults, String width, String height) {
        var w = (int) number(config, defaults, width, 0);
        var h = (int) number(config, defaults, height, 0);
        return w == 0 || h == 0 ? Optional.empty() : Optional.of(new ImageSize(w, h));
    }

    private static DepthScale depthScale(Config config, JsonNode node) {
        return switch (node.path("encoding").asString("")) {
            case "relative" -> new DepthScale.Relative();
            case "log" ->
                new DepthScale.Logarithmic(
                        node.path("near").doubleValue(0), node.path("far").doubleValue(0));
            default -> throw config.unsupported("depth", "an encoding of log or relative");
        };
    }
}
