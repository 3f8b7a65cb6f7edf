package dev.suffice.cli;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.StepCount;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.SceneSource;
import dev.suffice.diffusion.GeneratedImage;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.ImageSize;
import dev.suffice.diffusion.InitImage;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.LowResolutionImage;
import dev.suffice.diffusion.engines.EngineChoice;
import dev.suffice.diffusion.engines.EngineSelection;
import dev.suffice.diffusion.engines.ExpectedWork;
import dev.suffice.diffusion.file.ImageFiles;
import dev.suffice.diffusion.file.Sidecar;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.image.RgbdFiles;
import dev.suffice.models.store.ModelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Text to RGB images with depth. */
@Command(
        name = "imagine",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Makes RGB images with 16-bit depth from a prompt.",
        footer = {
            "",
            "Each image becomes NAME.png, NAME-depth.png and NAME.json in the output folder.",
            "Example: ./suffice imagine \"a red sofa in a bright living room\" --seed 7"
        })
final class ImagineCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "PROMPT", description = "What to show.")
    private String prompt = "";

    @Option(names = "--negative", paramLabel = "P", description = "What to steer away from.")
    private String negative = "";

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            description = "A model: a name or a folder (./suffice models list).")
    private String model = "places";

    @Option(
            names = "--steps",
            paramLabel = "auto|N",
            description =
                    "Denoising steps; auto: as many as the prompt needs, by the model's predictor; else as many as the model"
                            + " recommends.")
    private String steps = "auto";

    @Option(
            names = "--risk",
            paramLabel = "R",
            description =
                    "With --steps auto: chance that the prompt needs more, above 0 and below 0.5; the predictor's own unless"
                            + " given.")
    private @Nullable Double risk;

    @Option(
            names = "--policy",
            paramLabel = "auto|none|LIST",
            description =
                    "Decisions during the run: auto (the model's own), none, or rules separated by commas, each with an"
                            + " optional threshold: converge, skip, guidance, reuse. Example: skip=0.05,guidance")
    private String policy = "auto";

    @Option(names = "--scheduler", paramLabel = "NAME", description = "The sampler; the model's own unless given.")
    private @Nullable String scheduler;

    @Option(names = "--guidance", paramLabel = "G", description = "Guidance scale, >= 1; the model's own unless given.")
    private @Nullable Double guidance;

    @Option(
            names = "--guidance-rescale",
            paramLabel = "R",
            description = "Rescale of the guided prediction, 0 to 1; the model's own unless given.")
    private @Nullable Double guidanceRescale;

    @Option(names = "--eta", paramLabel = "E", description = "Fresh noise in each DDIM step, 0 to 1.")
    private double eta;

    @Option(names = "--size", paramLabel = "WxH", description = "Size in pixels; the model's own unless given.")
    private @Nullable String size;

    @Option(names = "--panorama", description = "A 360 degree view, twice as wide as high, whose edges meet.")
    private boolean panorama;

    @Option(
            names = "--enlarge",
            negatable = true,
            description =
                    "Make the result larger with the model's upscaler, or not; the model's own choice unless given.")
    private @Nullable Boolean enlarge;

    @Option(
            names = "--init",
            paramLabel = "IMAGE",
            description = "Start from this image; its depth map lies beside it as NAME-depth.png.")
    private @Nullable Path init;

    @Option(names = "--strength", paramLabel = "S", description = "How much of --init to make anew, above 0 to 1.")
    private double strength = 0.8;

    @Option(
            names = "--upscale",
            paramLabel = "IMAGE",
            description =
                    "Make this image larger (super-resolution models); its depth map lies beside it as NAME-depth.png.")
    private @Nullable Path upscale;

    @Option(
            names = "--noise-level",
            paramLabel = "N",
            description = "How much a super-resolution model distrusts --upscale, 0 to 350.")
    private int noiseLevel = 20;

    @Option(names = "--count", paramLabel = "N", description = "Images to make, with seeds that follow each other.")
    private int count = 1;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the noise; random unless given.")
    private @Nullable Long seed;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "The inference engine, or auto: the one that is done first, measured once for each model.")
    private String engine = Engines.DEFAULT;

    @Option(
            names = "--precision",
            paramLabel = "float32|bfloat16",
            description =
                    "What to compute with. bfloat16, with --engine openvino, is faster on processors that have it; pictures differ a little.")
    private String precision = ComputePrecision.FLOAT32;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to compute with; all processors unless given.")
    private @Nullable Integer threads;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the results.")
    private Path out = Path.of("out");

    @Option(names = "--open", description = "Make the page that one can look around in, NAME.html, and open it.")
    private boolean open;

    @Option(names = "--json", description = "Print one JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        var request = request();
        var store = ModelStore.of(Installation.home());
        var folder = store.folder(model);
        var plain = threads == null
                ? SessionOptions.defaults()
                : SessionOptions.defaults().withThreads(threads);
        var options = ComputePrecision.of(precision, engine, plain);
        var selection = EngineSelection.parse(engine, store.cache(), options, work(request));
        ImageFiles.prepare(out);
        var results = new ArrayList<GeneratedImage>();
        var written = new ArrayList<ImageFiles>();
        EngineChoice choice;
        try (var interrupt = new InterruptSignal();
                var progress = new TerminalProgress(spec.commandLine().getErr())) {
            choice = selection.of(folder, model, progress);
            try (var pipeline = Ldm3dPipeline.open(folder, model, store.cache(), choice.engine(), options)) {
                results.addAll(pipeline.run(request, interrupt.cancellation(), progress));
            }
            interrupt.cancellation().check(); // from here on an interrupt waits until every file is complete
            for (var result : results) {
                written.add(ImageFiles.write(out, result));
            }
        }
        print(results, written, choice);
        if (open) {
            show(written.getFirst().rgb());
        }
        return 0;
    }

    private static ExpectedWork work(ImageRequest request) {
        var work = ExpectedWork.images(request.count());
        return request.steps() instanceof StepCount.Fixed(var steps) ? work.withSteps(steps) : work;
    }

    private ImageRequest request() {
        var request = ImageRequest.of(prompt)
                .negativePrompt(negative)
                .steps(stepCount())
                .policy(StepPolicy.parse(policy))
                .panorama(panorama)
                .seed(seed == null ? ThreadLocalRandom.current().nextLong(1L << 32) : seed)
                .count(count)
                .eta(eta);
        Optional.ofNullable(scheduler).ifPresent(request::scheduler);
        Optional.ofNullable(guidance).ifPresent(request::guidance);
        Optional.ofNullable(guidanceRescale).ifPresent(request::guidanceRescale);
        Optional.ofNullable(size).map(ImageSize::parse).ifPresent(request::size);
        Optional.ofNullable(enlarge).ifPresent(request::enlarge);
        Optional.ofNullable(init)
                .map(file -> new InitImage(RgbdFiles.read(file), strength))
                .ifPresent(request::init);
        Optional.ofNullable(upscale)
                .map(file -> new LowResolutionImage(RgbdFiles.read(file), noiseLevel))
                .ifPresent(request::lowResolution);
        return request.build();
    }

    private StepCount stepCount() {
        if (steps.equals("auto")) {
            return risk == null ? StepCount.auto() : StepCount.auto(risk);
        }
        if (risk != null) {
            throw new InvalidRequestException(
                    "--risk %s: goes with --steps auto, not with --steps %s".formatted(risk, steps));
        }
        try {
            return StepCount.fixed(Integer.parseInt(steps));
        } catch (NumberFormatException e) {
            throw new InvalidRequestException("steps %s: must be auto or a whole number".formatted(steps));
        }
    }

    private void print(List<GeneratedImage> results, List<ImageFiles> written, EngineChoice choice) {
        var console = spec.commandLine().getOut();
        if (json) {
            var report = Json.object();
            var images = report.putArray("images");
            for (int i = 0; i < results.size(); i++) {
                images.add(Sidecar.of(written.get(i), results.get(i)));
            }
            if (!precision.equals(ComputePrecision.FLOAT32)) {
                report.put("precision", precision);
            }
            if (!choice.measured().isEmpty()) {
                var measured = report.putObject("engine_choice")
                        .put("engine", choice.engine().name())
                        .putArray("measured");
                choice.measured()
                        .forEach(times -> measured.addObject()
                                .put("engine", times.engine())
                                .put("version", times.version())
                                .put("open_seconds", times.open())
                                .put("image_seconds", times.image())
                                .put("step_seconds", times.step()));
            }
            console.println(Json.text(report));
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            console.println(
                    written.get(i).rgb() + "  depth: " + written.get(i).depth().getFileName());
        }
        console.println(results.getLast().compute().line());
        if (!choice.measured().isEmpty()) {
            console.println("engine: " + choice.text());
        }
    }

    private void show(Path picture) throws IOException {
        var page = ViewCommand.write(LayeredScene.of(SceneSource.of(picture).read()), ViewCommand.beside(picture));
        if (!json) {
            spec.commandLine().getOut().println(page);
        }
        new Browser()
                .open(
                        page.toAbsolutePath().normalize().toUri(),
                        spec.commandLine().getErr());
    }
}
