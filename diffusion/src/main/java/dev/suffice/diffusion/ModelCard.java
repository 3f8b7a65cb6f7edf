package dev.suffice.diffusion;

import dev.suffice.diffusion.image.DepthScale;
import dev.suffice.models.folder.Config;
import dev.suffice.models.store.PackagedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a model says of itself in {@code suffice.json}, beside diffusers' own files; without the file, the defaults of the
 * published LDM3D.
 *
 * @param steps recommended denoising steps
 * @param guidance recommended guidance scale
 * @param panoramaGuidance the same for panoramas
 * @param guidanceRescale recommended rescale
 * @param size of images; empty to derive it from the U-Net's sample size
 * @param panoramaSize of panoramas; empty for twice the width of images
 * @param depthScale what depth values mean
 * @param sentenceEncoder a text encoder that travels in a library; empty when the folder has its own
 */
record ModelCard(
        int steps,
        double guidance,
        double panoramaGuidance,
        double guidanceRescale,
        Optional<ImageSize> size,
        Optional<ImageSize> panoramaSize,
        DepthScale depthScale,
        Optional<SentenceEncoderFiles> sentenceEncoder) {
    private static final String FILE = "suffice.json";

    /**
     * Where a sentence encoder's files are.
     *
     * @param model the exported encoder
     * @param tokenizer its tokenizer.json
     * @param maxTokens tokens that prompts are cut or padded to
     */
    record SentenceEncoderFiles(PackagedFile model, PackagedFile tokenizer, int maxTokens) {}

    static ModelCard read(Path folder) {
        var file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return new ModelCard(
                    49, 5, 7, 0, Optional.empty(), Optional.empty(), new DepthScale.Relative(), Optional.empty());
        }
        var config = Config.read(file);
        return new ModelCard(
                config.size("steps", 49),
                config.number("guidance", 5),
                config.number("panorama_guidance", config.number("guidance", 7)),
                config.number("guidance_rescale", 0),
                config.find("size").map(node -> ImageSize.parse(node.asString())),
                config.find("panorama_size").map(node -> ImageSize.parse(node.asString())),
                config.find("depth").map(node -> depthScale(config, node)).orElse(new DepthScale.Relative()),
                config.find("text_encoder").map(node -> sentenceEncoder(config, node)));
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

    private static SentenceEncoderFiles sentenceEncoder(Config config, JsonNode node) {
        var library = node.path("library").asString("");
        var tokens = node.path("max_tokens").intValue(0);
        if (library.isEmpty() || tokens < 1 || tokens > 512) {
            throw config.unsupported("text_encoder", "library, model, tokenizer and max_tokens between 1 and 512");
        }
        return new SentenceEncoderFiles(
                packaged(config, library, node.path("model")), packaged(config, library, node.path("tokenizer")), tokens);
    }

    private static PackagedFile packaged(Config config, String library, JsonNode node) {
        var file = node.path("file").asString("");
        var sha256 = node.path("sha256").asString("");
        if (!file.matches("[A-Za-z0-9._-]+") || !sha256.matches("[0-9a-f]{64}")) {
            throw config.unsupported("text_encoder", "a file name and its SHA-256 in lower-case hexadecimal for each file");
        }
        return new PackagedFile(library, file, sha256);
    }
}
