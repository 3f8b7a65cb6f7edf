package dev.suffice.bench;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.RunListener;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether panoramas close: convolutions that wrap around against the same prompts and seeds without. */
@Command(
        name = "panorama",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Measures the seam and the poles of panoramas, with and without convolutions that wrap around.")
final class PanoramaBenchmark implements Callable<Integer> {
    private static final List<String> PROMPTS = List.of(
            "360 view of a snowy valley with a lake",
            "360 view of green hills",
            "360 view of a desert",
            "360 view of a beach by the sea",
            "360 view of a forest",
            "360 view of a living room with a red sofa",
            "360 view of a bedroom with blue walls",
            "360 view of a kitchen");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "NAME|DIR", description = "A bundled model or a folder.")
    private String model = "places";

    @Option(names = "--seeds", paramLabel = "N", description = "Panoramas of each of the eight prompts.")
    private int seeds = 3;

    @Option(
            names = "--cell",
            paramLabel = "PIXELS",
            description =
                    "What the seam is compared with: the borders of cells of this width. The autoencoder of places has"
                            + " cells of 8 pixels; 1 compares with all columns.")
    private int cell = 8;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the table.")
    private Path out = Path.of("out/bench");

    @Override
    public Integer call() throws IOException {
        if (seeds < 1) {
            throw new InvalidRequestException("--seeds %d: must be at least 1".formatted(seeds));
        }
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        var measured = new LinkedHashMap<String, List<Continuity>>();
        try (var pipeline = Ldm3dPipeline.open(
                store.folder(model), model, store.cache(), Engines.named(Engines.DEFAULT), SessionOptions.defaults())) {
            measured.put("not wrapping around", measure(pipeline, false, false));
            measured.put("wrapping around", measure(pipeline, true, false));
            if (pipeline.enlargement() > 1) {
                measured.put("the same, enlarged", measure(pipeline, true, true));
            }
        }
        var table = new StringBuilder("| %s, %d panoramas each | %s |%n|---|%s%n"
                .formatted(
                        model,
                        seeds * PROMPTS.size(),
                        String.join(" | ", measured.keySet()),
                        "---|".repeat(measured.size())));
        row(table, "colours, seam / other borders of cells", measured.values(), Continuity::colourSeam);
        row(table, "depth, seam / other borders of cells", measured.values(), Continuity::depthSeam);
        row(table, "colours, spread at the poles / at eye level", measured.values(), Continuity::colourPoles);
        row(table, "depth, spread at the poles / at eye level", measured.values(), Continuity::depthPoles);
        table.append("%nMedian (minimum to maximum). Seam: 1 is invisible. Poles: 0 is perfect.%n".formatted());
        spec.commandLine().getOut().print(table);
        spec.commandLine().getOut().flush();
        Files.createDirectories(out);
        Files.writeString(out.resolve("panorama.md"), table);
        return 0;
    }

    private List<Continuity> measure(Ldm3dPipeline pipeline, boolean wrapping, boolean enlarged) {
        var measured = new ArrayList<Continuity>();
        int scale = enlarged ? pipeline.enlargement() : 1;
        for (var prompt : PROMPTS) {
            var request = ImageRequest.of(prompt)
                    .size(pipeline.nativeSize(true).times(scale))
                    .panorama(wrapping)
                    .enlarge(enlarged)
                    .seed(1)
                    .count(seeds)
                    .build();
            for (var result : pipeline.run(request, new Cancellation(), RunListener.silent())) {
                measured.add(Continuity.of(result.image(), scale * cell));
            }
        }
        return measured;
    }

    private static void row(
            StringBuilder table,
            String name,
            Collection<List<Continuity>> columns,
            ToDoubleFunction<Continuity> value) {
        table.append("| %s |".formatted(name));
        columns.forEach(column -> table.append(" %s |".formatted(spread(column, value))));
        table.append("%n".formatted());
    }

    private static Spread spread(List<Continuity> measured, ToDoubleFunction<Continuity> value) {
        return Spread.of(measured.stream().map(value::applyAsDouble).toList());
    }
}
