package dev.suffice.cli;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.stepsaver.SamplerSetting;
import dev.suffice.diffusion.stepsaver.StepAdvice;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.store.ModelStore;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What StepSaver recommends. */
@Command(
        name = "steps",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Says how many denoising steps prompts need with each sampler, without making a picture.")
final class StepsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "PROMPT", arity = "1..*", description = "What pictures are to show.")
    private List<String> prompts = List.of();

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            description = "A model: a name or a folder (./suffice models list).")
    private String model = "places";

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            description = "Only this sampler; all that are known unless given.")
    private @Nullable String scheduler;

    @Option(
            names = "--risk",
            paramLabel = "R",
            description =
                    "Share of prompts that may need more, above 0 and below 0.5; the predictor's own unless given.")
    private @Nullable Double risk;

    @Option(names = "--engine", paramLabel = "NAME", description = "The inference engine.")
    private String engine = Engines.DEFAULT;

    @Option(names = "--json", description = "Print one JSON object on stdout.")
    private boolean json;

    private record Answer(String prompt, List<StepAdvice> advice) {}

    @Override
    public Integer call() {
        var store = ModelStore.of(Installation.home());
        try (var pipeline = Ldm3dPipeline.open(
                store.folder(model), model, store.cache(), Engines.named(engine), SessionOptions.defaults())) {
            var answers = prompts.stream()
                    .map(prompt -> new Answer(prompt, advice(pipeline, prompt)))
                    .toList();
            print(answers, pipeline.defaultSampler().text());
        }
        return 0;
    }

    private List<StepAdvice> advice(Ldm3dPipeline pipeline, String prompt) {
        var asked = risk == null ? OptionalDouble.empty() : OptionalDouble.of(risk);
        var all = pipeline.adviseSteps(prompt, asked);
        if (scheduler == null) {
            return all;
        }
        var chosen = all.stream()
                .filter(advice ->
                        SamplerSetting.parse(advice.scheduler()).scheduler().equals(scheduler.toLowerCase(Locale.ROOT)))
                .toList();
        if (chosen.isEmpty()) {
            throw new InvalidRequestException(
                    "scheduler %s: the predictor of %s was trained for %s; label prompts with it (./suffice label --schedulers %s) and train anew"
                            .formatted(
                                    scheduler,
                                    model,
                                    String.join(
                                            ", ",
                                            all.stream()
                                                    .map(StepAdvice::scheduler)
                                                    .toList()),
                                    scheduler));
        }
        return chosen;
    }

    private void print(List<Answer> answers, String usual) {
        var out = spec.commandLine().getOut();
        if (json) {
            var report = Json.object().put("model", model);
            var list = report.putArray("prompts");
            for (var answer : answers) {
                var node = list.addObject().put("prompt", answer.prompt());
                var schedulers = node.putArray("schedulers");
                for (var advice : answer.advice()) {
                    schedulers
                            .addObject()
                            .put("scheduler", advice.scheduler())
                            .put("steps", advice.steps())
                            .put("least_steps", advice.least())
                            .put("risk", advice.risk())
                            .put("similarity", advice.close())
                            .put("novelty", advice.novelty())
                            .put("familiar", advice.familiar())
                            .put("default", advice.scheduler().equals(usual));
                }
            }
            out.println(Json.text(report));
            return;
        }
        for (var answer : answers) {
            out.println(answer.prompt());
            for (var advice : answer.advice()) {
                out.printf(
                        Locale.ROOT,
                        "  %-14s %3d steps   %s%s%n",
                        advice.scheduler(),
                        advice.steps(),
                        why(advice),
                        advice.scheduler().equals(usual) ? "   (what imagine runs)" : "");
            }
        }
        var first =
                answers.getFirst().advice().stream().findFirst().orElseThrow(() -> new SufficeException("no advice"));
        out.printf(
                Locale.ROOT,
                "In %.0f%% of pictures no more are needed for a similarity (SSIM) of %s to the picture of the most steps, in colours and in"
                        + " depth.%n",
                100 * (1 - first.risk()),
                first.close());
    }

    private static String why(StepAdvice advice) {
        return advice.familiar()
                ? "between %d and %d".formatted(advice.least(), advice.steps())
                : String.format(
                        Locale.ROOT,
                        "the safe number: unlike the prompts that it was trained on (%.2f)",
                        advice.novelty());
    }
}
