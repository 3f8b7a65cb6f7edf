package dev.suffice.train.eval;

import dev.suffice.train.ProgressListener;
import dev.suffice.train.nn.ComputeThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * Runs this package from a terminal until the command line does: {@code classifier|depth|objects RENDERINGS JUDGES MINUTES}, {@code prompts
 * RENDERINGS FILE COUNT}, {@code evaluate RENDERINGS JUDGES PICTURES PROMPTS}; the report is written beside the pictures.
 */
final class EvaluationMain {
    private static final System.Logger LOG = System.getLogger("places");

    private EvaluationMain() {}

    public static void main(String[] args) throws Exception {
        ComputeThreads.use(1);
        ProgressListener listener =
                p -> say(p.stage() + " " + p.step() + " " + Math.round(100 * p.fraction()) + "% loss " + p.loss());
        var renderings = new Renderings(Path.of(args[1]));
        switch (args[0]) {
            case "classifier", "depth", "objects" -> {
                var options = new JudgeTraining.Options(
                        11,
                        Duration.ofSeconds(Math.round(60 * Double.parseDouble(args[3]))),
                        1_000_000,
                        Duration.ofMinutes(1),
                        1,
                        20);
                var training = new JudgeTraining(renderings, Path.of(args[2]), options);
                Record quality = switch (args[0]) {
                    case "depth" -> training.depth(listener);
                    case "objects" -> training.objects(listener);
                    default -> training.classifier(listener);
                };
                say(quality.toString());
            }
            case "prompts" -> {
                Set<String> captions = renderings.trainingCaptions();
                PromptCases.write(Path.of(args[2]), PromptCases.draw(Integer.parseInt(args[3]), 200, captions));
                say("none of " + captions.size() + " different training captions is asked for");
            }
            case "evaluate" -> {
                Path pictures = Path.of(args[3]);
                EvaluationReport report = new PlacesEvaluation(new PlacesEvaluation.Inputs(
                                pictures, PromptCases.read(Path.of(args[4])), Path.of(args[2]), Path.of(args[1])))
                        .evaluate();
                report.write(pictures.resolve("report"));
                say(report.markdown());
            }
            default ->
                throw new IllegalArgumentException(
                        args[0] + ": expected classifier, depth, objects, prompts or evaluate");
        }
    }

    private static void say(String message) {
        LOG.log(System.Logger.Level.INFO, message);
    }
}
