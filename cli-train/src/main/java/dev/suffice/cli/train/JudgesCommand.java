package dev.suffice.cli.train;

import dev.suffice.train.eval.JudgeTraining;
import dev.suffice.train.eval.Renderings;
import dev.suffice.train.eval.SceneJudge;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

    /** The judges. */
    enum Judge {
        /** What a picture shows. */
        CLASSIFIER,
        /** How far everything is. */
        DEPTH,
        /** Where objects are. */
        OBJECTS
    }

    @Option(
            names = "--judge",
            paramLabel = "NAME",
            split = ",",
            description = "Only these: ${COMPLETION-CANDIDATES}; all unless given.")
    private Set<Judge> judges = EnumSet.allOf(Judge.class);

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description = "Also write the classifier, with features of held-out renderings, for experiments.")
    private @Nullable Path bundle;

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
        for (var judge : judges) {
            out.println(
                    switch (judge) {
                        case CLASSIFIER -> training.classifier(progress);
                        case DEPTH -> training.depth(progress);
                        case OBJECTS -> training.objects(progress);
                    });
        }
        if (bundle != null) {
            SceneJudge.bundle(folder.resolve("judges"), new Renderings(folder.resolve("tuples")), bundle);
            out.println(bundle);
        }
        return 0;
    }
}
