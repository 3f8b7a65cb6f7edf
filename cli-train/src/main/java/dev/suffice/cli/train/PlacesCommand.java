package dev.suffice.cli.train;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.train.TrainOptions;
import dev.suffice.train.TrainPlaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Renders the tuples and trains the bundled model on them. */
@Command(
        name = "places",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Renders scenes and trains the bundled LDM3D model on them. Goes on where it was stopped.",
        footer = {"", "The furniture comes from Debian's package sweethome3d-furniture (its .sh3f files)."})
final class PlacesCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--furniture", paramLabel = "DIR", description = "Folder with furniture libraries (.sh3f).")
    private Path furniture = Path.of("/usr/share/sweethome3d/furniture");

    @Option(names = "--folder", paramLabel = "DIR", description = "Folder for tuples, checkpoints and the model.")
    private Path folder = Path.of("out/places");

    @Option(
            names = "--stage",
            paramLabel = "STAGE",
            split = ",",
            description = "Only these stages: ${COMPLETION-CANDIDATES}; all unless given.")
    private Set<TrainPlaces.Stage> stages = EnumSet.allOf(TrainPlaces.Stage.class);

    @Option(names = "--shards", paramLabel = "N", description = "Training shards of 256 scenes.")
    private int shards = 60;

    @Option(names = "--held-out-shards", paramLabel = "N", description = "Held-out shards of 256 scenes.")
    private int heldOutShards = 4;

    @Option(names = "--autoencoder-minutes", paramLabel = "M", description = "Training time of the autoencoder.")
    private int autoencoderMinutes = 60;

    @Option(names = "--unet-minutes", paramLabel = "M", description = "Training time of the U-Net.")
    private int unetMinutes = 240;

    @Option(names = "--upscaler-minutes", paramLabel = "M", description = "Training time of the upscaler.")
    private int upscalerMinutes = 30;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to compute with.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (threads < 1
                || shards < 1
                || heldOutShards < 1
                || autoencoderMinutes < 1
                || unetMinutes < 1
                || upscalerMinutes < 1) {
            throw new InvalidRequestException("threads, shards and minutes: must be at least 1");
        }
        if ((stages.contains(TrainPlaces.Stage.RENDER) || stages.contains(TrainPlaces.Stage.UPSCALER))
                && !Files.isDirectory(furniture)) {
            throw new InvalidRequestException(
                    "furniture folder %s: does not exist; install Debian's package sweethome3d-furniture, or unpack it and give its folder with --furniture"
                            .formatted(furniture));
        }
        var options = TrainOptions.in(
                folder,
                threads,
                Duration.ofMinutes(autoencoderMinutes),
                Duration.ofMinutes(unetMinutes),
                Duration.ofMinutes(upscalerMinutes));
        var tuples = new TrainPlaces.Tuples(furniture, shards, heldOutShards);
        var progress = new TrainingProgress(spec.commandLine().getErr());
        for (var stage : EnumSet.copyOf(stages)) {
            TrainPlaces.run(stage, tuples, options, progress);
        }
        spec.commandLine().getOut().println(options.export());
        return 0;
    }
}
