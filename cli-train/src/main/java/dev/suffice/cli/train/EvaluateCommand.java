package dev.suffice.cli.train;

import dev.suffice.core.Cancellation;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.RunListener;
import dev.suffice.diffusion.file.ImageFiles;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.store.ModelStore;
import dev.suffice.train.Progress;
import dev.suffice.train.eval.PlacesEvaluation;
import dev.suffice.train.eval.PromptCases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes an image for every held-out prompt and has it judged. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Makes images for held-out prompts and judges them; writes a report and prints a table.")
final class EvaluateCommand implements Callable<Integer> {
    private static final int IMAGES_OF_A_PROMPT = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "NAME|DIR", description = "The model to judge.")
    private String model = "places";

    @Option(names = "--folder", paramLabel = "DIR", description = "The folder of ./suffice train places and judges.")
    private Path folder = Path.of("out/places");

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "Prompts with labels, as JSON lines; the 200 of the project unless given.")
    private Path prompts = Path.of("");

    @Option(names = "--enlarge", description = "Judge what the model's upscaler makes of the images.")
    private boolean enlarge;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the images and the report.")
    private Path out = Path.of("out/evaluation");

    @Option(names = "--threads", paramLabel = "N", description = "Threads to compute with.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException {
        var cases = prompts.toString().isEmpty() ? PromptCases.bundled() : PromptCases.read(prompts);
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        var progress = new TrainingProgress(spec.commandLine().getErr());
        Files.createDirectories(out);
        try (var pipeline = Ldm3dPipeline.open(
                store.folder(model),
                model,
                store.cache(),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults().withThreads(threads))) {
            for (int i = 0; i < cases.size(); i++) {
                var request = ImageRequest.of(cases.get(i).prompt())
                        .seed(1000L * i)
                        .count(IMAGES_OF_A_PROMPT)
                        .enlarge(enlarge)
                        .build();
                for (var image : pipeline.run(request, new Cancellation(), RunListener.silent())) {
                    ImageFiles.write(out, image);
                }
                progress.update(new Progress("generate", i + 1L, (i + 1.0) / cases.size(), Double.NaN));
            }
        }
        var report = new PlacesEvaluation(
                        new PlacesEvaluation.Inputs(out, cases, folder.resolve("judges"), folder.resolve("tuples")))
                .evaluate();
        report.write(out.resolve("report"));
        spec.commandLine().getOut().println(report.markdown());
        return 0;
    }
}
