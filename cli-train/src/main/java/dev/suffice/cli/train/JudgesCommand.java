package dev.suffice.cli.train;

import dev.suffice.train.eval.JudgeTraining;
import dev.suffice.train.eval.Renderings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains the networks that judge generated images. */
@Command(
        name = "judges",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Trains a classifier and estimators of depth and of objects on the renderings; they judge what the model makes.")
final class JudgesCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--folder", paramLabel = "DIR", description = "The folder of ./suffice train places.")
    private Path folder = Path.of("out/places");

    @Option(names = "--minutes", paramLabel = "M", description = "Training time of each.")
    private int minutes = 10;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to compute with.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException {
        var standard = JudgeTraining.Options.DEFAULT;
        var options = new JudgeTraining.Options(
                standard.seed(),
                Duration.ofMinutes(minutes),
                standard.mostSteps(),
                standard.checkpointEvery(),
                threads,
                standard.fewestShards());
        var progress = new TrainingProgress(spec.commandLine().getErr());
        var training = new JudgeTraining(new Renderings(folder.resolve("tuples")), folder.resolve("judges"), options);
        var out = spec.commandLine().getOut();
        out.println(training.classifier(progress));
        out.println(training.depth(progress));
        out.println(training.objects(progress));
        return 0;
    }
}
