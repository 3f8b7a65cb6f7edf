package dev.suffice.train;

import dev.suffice.train.nn.Precision;
import java.nio.file.Path;
import java.time.Duration;
import org.bytedeco.pytorch.global.torch;

/** Runs stages from a terminal: {@code STAGE TUPLES RUN EXPORT MINUTES [THREADS]}. */
final class TrainPlacesMain {
    private TrainPlacesMain() {}

    public static void main(String[] args) throws Exception {
        Duration time = Duration.ofSeconds(Math.round(60 * Double.parseDouble(args[4])));
        int threads = args.length > 5 ? Integer.parseInt(args[5]) : 1;
        torch.set_num_threads(threads);
        var options = new TrainOptions(
                Path.of(args[1]),
                Path.of(args[2]),
                Path.of(args[3]),
                7,
                threads,
                Precision.BFLOAT16,
                time,
                time,
                Duration.ofMinutes(4),
                Integer.MAX_VALUE);
        ProgressListener listener = p -> {
            if (p.step() % 50 == 0) {
                System.getLogger("places")
                        .log(
                                System.Logger.Level.INFO,
                                "{0} {1}: {2}% loss {3}",
                                p.stage(),
                                Long.toString(p.step()),
                                Double.toString(Math.round(1000 * p.fraction()) / 10.0),
                                Double.toString(p.loss()));
            }
        };
        PlacesTraining training = new PlacesTraining(options, listener);
        switch (args[0]) {
            case "autoencoder" -> training.autoencoder();
            case "freeze" -> training.freeze();
            case "texts" -> training.encodeTexts();
            case "latents" -> training.encodeLatents();
            case "unet" -> training.unet();
            default ->
                throw new IllegalArgumentException(
                        "stage " + args[0] + ": expected autoencoder, freeze, texts, latents or unet");
        }
    }
}
