package dev.suffice.diffusion.file;

import dev.suffice.core.ComputeReport;
import dev.suffice.diffusion.DenoisingPasses;
import dev.suffice.diffusion.GeneratedImage;
import dev.suffice.diffusion.Recipe;
import dev.suffice.image.DepthScale;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The JSON that goes with a result: what it was made with, what its depth means, what it cost. */
public final class Sidecar {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Sidecar() {}

    /** Everything about a result, with the names of its files. */
    public static ObjectNode of(ImageFiles files, GeneratedImage result) {
        var node = JSON.createObjectNode();
        node.put("rgb", files.rgb().toString());
        node.put("depth", files.depth().toString());
        node.put("sidecar", files.sidecar().toString());
        node.setAll(recipe(result.recipe()));
        var depth = node.putObject("depth_scale").put("bits", 16).put("larger_is", "nearer");
        switch (result.image().depthScale()) {
            case DepthScale.Relative() -> depth.put("encoding", "relative");
            case DepthScale.Logarithmic(var near, var far) ->
                depth.put("encoding", "log")
                        .put("near_metres", near)
                        .put("far_metres", far)
                        .put("metres", "far * (near / far) ^ (value / 65535)");
        }
        node.set("denoising", denoising(result.passes()));
        node.set("compute", compute(result.compute()));
        return node;
    }

    /** Who chose the steps, and what became of their passes of the U-Net. */
    private static ObjectNode denoising(DenoisingPasses passes) {
        var node = JSON.createObjectNode()
                .put("steps", passes.choice().steps())
                .put("chosen_by", passes.choice().source().name().toLowerCase(Locale.ROOT));
        passes.choice()
                .advice()
                .ifPresent(advice -> node.putObject("predicted")
                        .put("scheduler", advice.scheduler())
                        .put("steps", advice.steps())
                        .put("least_steps", advice.least())
                        .put("risk", advice.risk())
                        .put("similarity", advice.close())
                        .put("novelty", advice.novelty())
                        .put("familiar", advice.familiar()));
        return node.put("planned_passes", passes.planned())
                .put("executed_passes", passes.executed())
                .put("skipped_passes", passes.skipped());
    }

    static String text(ImageFiles files, GeneratedImage result) {
        var node = of(files, result);
        // Beside the pictures, names without folders stay true when the folder moves.
        node.put("rgb", files.rgb().getFileName().toString());
        node.put("depth", files.depth().getFileName().toString());
        node.remove("sidecar");
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    }

    static ObjectNode recipe(Recipe recipe) {
        var node = JSON.createObjectNode()
                .put("prompt", recipe.prompt())
                .put("negative_prompt", recipe.negativePrompt())
                .put("model", recipe.model())
                .put("scheduler", recipe.scheduler())
                .put("steps", recipe.steps())
                .put("guidance", recipe.guidance())
                .put("guidance_rescale", recipe.guidanceRescale())
                .put("eta", recipe.eta())
                .put("seed", recipe.seed())
                .put("width", recipe.width())
                .put("height", recipe.height())
                .put("panorama", recipe.panorama())
                .put("enlarged", recipe.enlarged())
                .put("engine", recipe.engine());
        recipe.strength().ifPresent(strength -> node.put("strength", strength));
        return node;
    }

    static String compact(JsonNode node) {
        return JSON.writeValueAsString(node);
    }

    /** A compute report; counters that the machine does not have are null. */
    public static ObjectNode compute(ComputeReport report) {
        var node = JSON.createObjectNode()
                .put("summary", report.line())
                .put("reference", report.reference())
                .put("flops", report.flops())
                .put("full_flops", report.fullFlops())
                .put("saved", report.saved())
                .put("wall_seconds", report.wallTime().toNanos() / 1e9);
        report.peakMemoryBytes()
                .ifPresentOrElse(
                        bytes -> node.put("peak_memory_bytes", bytes), () -> node.putNull("peak_memory_bytes"));
        report.energyJoules()
                .ifPresentOrElse(joules -> node.put("energy_joules", joules), () -> node.putNull("energy_joules"));
        var stages = node.putArray("stages");
        for (var stage : report.stages()) {
            stages.addObject()
                    .put("name", stage.name())
                    .put("passes", stage.passes())
                    .put("full_passes", stage.fullPasses())
                    .put("flops", stage.flops())
                    .put("full_flops", stage.fullFlops())
                    .put("seconds", stage.time().toNanos() / 1e9);
        }
        report.decisions().forEach(node.putArray("decisions")::add);
        return node;
    }
}
