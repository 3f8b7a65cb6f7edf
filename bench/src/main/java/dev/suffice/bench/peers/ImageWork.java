package dev.suffice.bench.peers;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which tables of images there are, and who takes part in each. */
final class ImageWork {
    private static final String REMEDY = "bench/peers/make_peer_models.py writes it (--models DIR)";
    private static final double USUAL_GUIDANCE = 5;

    private final Programs programs;
    private final Set<String> wanted;
    private final Path models;
    private final Path work;
    private final Map<String, String> absent;

    /**
     * @param models what {@code make_peer_models.py} has written
     * @param work folder for noise and pictures
     * @param absent where it is told who does not take part, and why
     */
    ImageWork(Programs programs, Set<String> wanted, Path models, Path work, Map<String, String> absent) {
        this.programs = programs;
        this.wanted = wanted;
        this.models = models;
        this.work = work;
        this.absent = absent;
    }

    /** The bundled model, at so many steps. */
    ImageJob places(Path folder, List<String> prompts, int steps) throws IOException {
        var model = model("places", folder, 0, steps);
        var lineup = new Lineup(programs, wanted, "images", absent);
        ours(lineup, ImageJob.OURS, folder, "auto", "", "none");
        ours(lineup, ImageJob.FAST, folder, "auto", "auto", "auto");
        var small = models.resolve("places-int8");
        ours(lineup, ImageJob.SMALL, small, "onnxruntime", "", "none");
        ours(lineup, ImageJob.SMALL_FAST, small, "onnxruntime", "auto", "auto");
        others(lineup, model, models.resolve("places-diffusers"), models.resolve("places-openvino"));
        return new ImageJob(model, prompts, Turns.Memory.ALL, lineup.contenders(), work);
    }

    /** A model as large as Stable Diffusion 1.4, one at a time in memory. */
    ImageJob large(Path folder, List<String> prompts, int size, int steps) throws IOException {
        var model = model("sd14", folder, size, steps);
        var lineup = new Lineup(programs, wanted, "images", absent);
        ours(lineup, ImageJob.OURS, folder, "auto", "", "none");
        others(lineup, model, folder, models.resolve("sd14-openvino"));
        return new ImageJob(model, prompts, Turns.Memory.TURN, lineup.contenders(), work);
    }

    private static void ours(Lineup lineup, String name, Path folder, String engine, String steps, String policy) {
        lineup.add(
                Programs.SUFFICE,
                name.substring(Programs.SUFFICE.length() + 2),
                folder,
                "make it with ./suffice models quantize places --bits 8 --out DIR/places-int8, where DIR is that of --models",
                load -> load.put("engine", engine).put("steps", steps).put("policy", policy));
    }

    private static void others(Lineup lineup, ImageJob.Model model, Path diffusers, Path openvino) {
        lineup.add("diffusers", "", diffusers, REMEDY, _ -> {});
        for (var peer : List.of("optimum-intel", "openvino-genai")) {
            for (var mode : List.of("", ImageJob.DEFAULT)) {
                lineup.add(
                        peer,
                        mode,
                        openvino,
                        REMEDY,
                        load -> load.put("mode", mode.isEmpty() ? "f32" : "default")
                                .put("width", model.size())
                                .put("height", model.size())
                                .put("guidance", model.guidance()));
            }
        }
    }

    /** @param size 0 for the model's own */
    private static ImageJob.Model model(String name, Path folder, int size, int steps) throws IOException {
        var unet = json(folder.resolve("unet/config.json"));
        var card = folder.resolve("suffice.json");
        var defaults = Files.exists(card)
                ? json(card).path("defaults")
                : JsonMapper.shared().createObjectNode();
        int factor = 1
                << (json(folder.resolve("vae/config.json"))
                                .path("block_out_channels")
                                .size()
                        - 1);
        int latents = size == 0 ? unet.path("sample_size").intValue(0) : size / factor;
        int channels = unet.path("in_channels").intValue(0);
        if (latents < 1 || channels < 1) {
            throw new InvalidRequestException(
                    "%s: its U-Net's configuration has no sample_size or in_channels; the size must be at least %d"
                            .formatted(folder, factor));
        }
        return new ImageJob.Model(
                name,
                "%s, %dx%d, %d steps".formatted(name, latents * factor, latents * factor, steps),
                latents * factor,
                channels,
                latents,
                steps,
                defaults.path("guidance_scale").doubleValue(USUAL_GUIDANCE),
                defaults.path("guidance_rescale").doubleValue(0));
    }

    private static JsonNode json(Path file) throws IOException {
        try {
            return JsonMapper.shared().readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new InvalidRequestException("%s: is no JSON: %s".formatted(file, e.getOriginalMessage()));
        }
    }
}
