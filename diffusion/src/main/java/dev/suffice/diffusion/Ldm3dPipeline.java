package dev.suffice.diffusion;

import dev.suffice.core.Cancellation;
import dev.suffice.core.ComputeReport;
import dev.suffice.core.EnergyMeter;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.ProcessMemory;
import dev.suffice.core.StageReport;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.StageClock.Stage;
import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.noise.TorchNoise;
import dev.suffice.diffusion.policy.StepRule;
import dev.suffice.diffusion.scheduler.Sampling;
import dev.suffice.diffusion.scheduler.SamplingPlan;
import dev.suffice.diffusion.scheduler.Scheduler;
import dev.suffice.diffusion.scheduler.SchedulerConfig;
import dev.suffice.diffusion.scheduler.Schedulers;
import dev.suffice.diffusion.stepsaver.SamplerSetting;
import dev.suffice.diffusion.stepsaver.StepAdvice;
import dev.suffice.diffusion.stepsaver.StepPredictor;
import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import dev.suffice.image.PanoramaPoles;
import dev.suffice.image.RgbdImage;
import dev.suffice.models.family.AutoencoderConfig;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.RgbdUpscaler;
import dev.suffice.models.family.SentenceEncoder;
import dev.suffice.models.family.UNetConfig;
import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.OperatorSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Text, or an image and text, to an RGB image with depth: LDM3D (Stan et al., 2023), as diffusers'
 * StableDiffusionLDM3DPipeline computes it, from a folder in diffusers' layout. Thread-safe: runs may overlap and share
 * the weights.
 */
public final class Ldm3dPipeline implements AutoCloseable {
    /** Steps of the full computation that reports compare with. */
    public static final int REFERENCE_STEPS = 50;

    /** Latent elements that one batch may have, so that a large model's memory does not grow with the count. */
    private static final long MAX_BATCH_ELEMENTS = 64 * 64 * 4;

    private final String name;
    private final Engine engine;
    private final ModelCard card;
    private final SchedulerConfig schedulerConfig;
    private final Networks networks;
    private final UNetConfig unet;
    private final AutoencoderConfig autoencoder;
    private final Optional<RgbdUpscaler> upscaler;
    private final DepthCoding coding;
    private final TextConditioning text;
    private final Sessions sessions;
    private final StepChooser chooser;
    private final Sizing.Model sizes;

    /** Time spent opening the model that no report has told of yet. */
    private final AtomicReference<Duration> untoldLoad;

    private Ldm3dPipeline(
            Path folder, String name, Path cache, Engine engine, SessionOptions options, Supplier<Networks> networks) {
        var started = System.nanoTime();
        this.name = name;
        this.engine = engine;
        this.card = ModelCard.read(folder, isSuperResolution(Config.read(folder.resolve("model_index.json"))));
        this.schedulerConfig = SchedulerConfig.read(folder.resolve("scheduler/scheduler_config.json"));
        var operators = OperatorSet.of(engine.name());
        this.networks = networks.get();
        this.unet = this.networks.unet();
        this.autoencoder = this.networks.autoencoder();
        this.upscaler = RgbdUpscaler.of(folder);
        upscaler.ifPresent(u -> DepthCoding.ofChannels(u.channels()));
        this.coding = DepthCoding.ofChannels(autoencoder.outChannels());
        this.text = card.sentenceEncoder().isPresent()
                ? new SentenceConditioning(
                        SentenceEncoder.open(card.sentenceEncoder().get(), cache, engine, options))
                : ClipConditioning.open(folder, engine, options, operators);
        this.chooser = new StepChooser(folder, name, card.steps(), cache, engine, options);
        this.sessions = new Sessions(engine, options, operators, this.networks, upscaler, text.tokens());
        this.sizes = sizes();
        this.untoldLoad = new AtomicReference<>(Duration.ofNanos(System.nanoTime() - started));
        if (unet.inChannels() != autoencoder.latentChannels() && !superResolution()) {
            text.close();
            throw new SufficeException(
                    "model %s: its autoencoder has %d latent channels, its U-Net takes %d: expected as many, or twice as many (super-resolution)"
                            .formatted(name, autoencoder.latentChannels(), unet.inChannels()));
        }
        if (text.size() != unet.promptSize()) {
            text.close();
            throw new SufficeException("model %s: its text encoder gives vectors of %d, its U-Net takes %d"
                    .formatted(name, text.size(), unet.promptSize()));
        }
    }

    /**
     * Opens a model folder.
     *
     * @param folder in diffusers' layout, with {@code model_index.json}
     * @param name what results say they were made with
     * @param cache folder for files that are unpacked once
     * @throws SufficeException if the folder holds no such model, or one that is not supported
     */
    public static Ldm3dPipeline open(Path folder, String name, Path cache, Engine engine, SessionOptions options) {
        return open(folder, name, cache, engine, options, () -> Networks.open(folder, engine.name()));
    }

    /**
     * As above, with other networks.
     *
     * @param networks opens them
     */
    static Ldm3dPipeline open(
            Path folder, String name, Path cache, Engine engine, SessionOptions options, Supplier<Networks> networks) {
        return new Ldm3dPipeline(folder, name, cache, engine, options, networks);
    }

    private static boolean isSuperResolution(Config index) {
        return switch (index.text("_class_name", "")) {
            case "StableDiffusionLDM3DPipeline" -> false;
            case "StableDiffusionUpscaleLDM3DPipeline" -> true;
            // What Optimum and Optimum-Intel write for LDM3D, too; the channels say what it is.
            case "StableDiffusionPipeline", "ORTStableDiffusionPipeline", "OVStableDiffusionPipeline" -> false;
            default ->
                throw index.unsupported(
                        "_class_name", "StableDiffusionLDM3DPipeline or StableDiffusionUpscaleLDM3DPipeline");
        };
    }

    /** Whether the model makes a given image larger, instead of making one from text. */
    private boolean superResolution() {
        return unet.inChannels() == 2 * autoencoder.latentChannels();
    }

    /** How many times as wide and high the model's upscaler makes images; 1 if it has none. */
    public int enlargement() {
        return upscaler.map(RgbdUpscaler::scale).orElse(1);
    }

    /** Of the encodings of prompts. */
    int tokens() {
        return text.tokens();
    }

    /** Size of images that are asked for without one. */
    public ImageSize defaultSize(boolean panorama) {
        return sizes.usual(panorama);
    }

    /** Size of images that the model is made to denoise. */
    public ImageSize nativeSize(boolean panorama) {
        return sizes.natural(panorama);
    }

    private Sizing.Model sizes() {
        var factor = autoencoder.reduction();
        var plain = card.size().orElseGet(() -> sampleSize(networks.unetSource(), factor));
        return new Sizing.Model(
                name,
                plain,
                card.panoramaSize().orElseGet(() -> new ImageSize(2 * plain.width(), plain.height())),
                factor,
                enlargement(),
                card.enlarge() && upscaler.isPresent(),
                card.panoramaEnlarge() && upscaler.isPresent());
    }

    /** A size in the U-Net's configuration is one number, or height and width; of latents. */
    private static ImageSize sampleSize(Config config, int factor) {
        var node = config.find("sample_size").orElseThrow(() -> config.unsupported("sample_size", "a number"));
        var height = node.isArray() ? node.path(0).intValue(0) : node.intValue(0);
        var width = node.isArray() ? node.path(1).intValue(0) : height;
        if (height < 1 || width < 1 || height > 1024 || width > 1024) {
            throw config.unsupported("sample_size", "a number, or two, between 1 and 1024");
        }
        return new ImageSize(width * factor, height * factor);
    }

    /**
     * Makes images.
     *
     * @throws InvalidRequestException if the request does not fit the model
     * @throws dev.suffice.core.CancelledException if the cancellation was requested; checked before every U-Net call
     * @throws SufficeException if the run fails
     */
    public List<GeneratedImage> run(ImageRequest request, Cancellation cancellation, RunListener listener) {
        return run(request, scheduler(request), TorchNoise::new, new Finish(), cancellation, listener);
    }

    /** What becomes of the latents of a finished batch before they are decoded; tests look at them. */
    static class Finish {
        void latents(float[][] latents) {}
    }

    /** As above, with a sampler and noise of the caller's: {@code noise} gives the source for an image's seed. */
    List<GeneratedImage> run(
            ImageRequest request,
            Scheduler scheduler,
            LongFunction<NoiseSource> noise,
            Finish finish,
            Cancellation cancellation,
            RunListener listener) {
        var sizing = checkedSize(request);
        var clock = new StageClock();
        listener.stage("text encoder");
        var prompt = clock.time(Stage.TEXT, () -> text.encode(request.prompt(), listener));
        var choice = clock.time(Stage.TEXT, () -> choice(request, scheduler, sizing, prompt));
        var plan = plan(request, choice.steps());
        var recipe = recipe(request, sizing, scheduler, choice.steps());
        scheduler.start(plan); // refuses an impossible plan before anything is denoised
        var results = new ArrayList<GeneratedImage>();
        var given = given(request, recipe, prompt, sizing.denoised(), clock, listener);
        var batch = batchSize(sizing.denoised());
        for (int first = 0; first < request.count(); first += batch) {
            cancellation.check();
            var count = Math.min(batch, request.count() - first);
            var run = new Run(
                    request,
                    recipe,
                    choice,
                    sizing,
                    given,
                    clock,
                    scheduler,
                    plan,
                    noise,
                    request.seed() + first,
                    count);
            results.addAll(run.go(finish, cancellation, listener));
        }
        return results;
    }

    /** What all images of a request have in common, encoded. */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    private record Given(float[] prompt, Optional<float[]> negative, Optional<LatentDistribution> image) {}

    private Given given(
            ImageRequest request,
            Recipe recipe,
            PromptEncoding prompt,
            ImageSize size,
            StageClock clock,
            RunListener listener) {
        var guidance = new Guidance(recipe.guidance(), recipe.guidanceRescale());
        var negative = guidance.active()
                ? Optional.of(clock.time(
                        Stage.TEXT,
                        () -> text.encode(recipe.negativePrompt(), listener).states()))
                : Optional.<float[]>empty();
        var image = request.init()
                .map(InitImage::image)
                .or(() -> request.lowResolution().map(LowResolutionImage::image))
                .map(picture -> {
                    listener.stage("encode");
                    var resized = picture.resized(size.width(), size.height());
                    return clock.time(Stage.ENCODE, () -> sessions.encode(coding, resized, padding(request)));
                });
        return new Given(prompt.states(), negative, image);
    }

    private static Padding padding(ImageRequest request) {
        return request.panorama() ? Padding.WRAP : Padding.ZERO;
    }

    /** Frees the sessions. No run may be under way. */
    @Override
    public void close() {
        sessions.close();
        chooser.close();
        text.close();
    }

    private Sizing checkedSize(ImageRequest request) {
        if (superResolution() != request.lowResolution().isPresent()) {
            throw new InvalidRequestException(
                    superResolution()
                            ? "model %s: makes an image larger and needs one (--upscale IMAGE)".formatted(name)
                            : "model %s: makes images from text, not larger ones; use a super-resolution model"
                                    .formatted(name));
        }
        if (request.lowResolution().isPresent()
                && unet.classes() instanceof UNetConfig.ClassLabels.Table(var count)
                && request.lowResolution().get().noiseLevel() >= count) {
            throw new InvalidRequestException("noise level %d: this model has %d levels, from 0"
                    .formatted(request.lowResolution().get().noiseLevel(), count));
        }
        return Sizing.of(request, sizes);
    }

    private Scheduler scheduler(ImageRequest request) {
        return request.scheduler()
                .map(chosen -> Schedulers.create(chosen, schedulerConfig))
                .orElseGet(() -> Schedulers.create(schedulerConfig));
    }

    /**
     * How many steps a request would run with, what would decide during the run, and why; nothing is denoised.
     *
     * @throws InvalidRequestException if the request does not fit the model
     */
    public StepChoice chooseSteps(ImageRequest request) {
        var prompt = text.encode(request.prompt(), RunListener.silent());
        return choice(request, scheduler(request), checkedSize(request), prompt);
    }

    private StepChoice choice(ImageRequest request, Scheduler scheduler, Sizing sizing, PromptEncoding prompt) {
        return chooser.choose(
                request,
                Schedulers.canonicalName(scheduler),
                card.rules(),
                usual(request, sizing),
                prompt,
                text.size());
    }

    /** Whether size and guidance are those that the model is made for. */
    private boolean usual(ImageRequest request, Sizing sizing) {
        return sizing.denoised().equals(sizes.natural(false))
                && request.guidance().orElse(card.guidance()) == card.guidance()
                && request.guidanceRescale().orElse(card.guidanceRescale()) == card.guidanceRescale();
    }

    /** What predicts the steps that prompts need with this model; empty if it has none. */
    public Optional<StepPredictor> predictor() {
        return chooser.predictor();
    }

    /**
     * How many steps a prompt needs with each sampler that the model's predictor knows.
     *
     * @param risk that it needs more, above 0 and below 0.5; empty for the predictor's own choice
     * @throws SufficeException if the model has no predictor, or one of another model
     */
    public List<StepAdvice> adviseSteps(String prompt, OptionalDouble risk) {
        var encoding = text.encode(prompt, RunListener.silent());
        var schedulers = chooser.predictor().map(p -> p.settings().schedulers()).orElse(List.of(""));
        return schedulers.stream()
                .map(scheduler -> chooser.advise(prompt, scheduler, risk, encoding, text.size()))
                .toList();
    }

    /** What a predictor of steps reads of a prompt, {@link dev.suffice.diffusion.stepsaver.PromptFeatures}. */
    public float[] promptFeatures(String prompt) {
        return text.encode(prompt, RunListener.silent()).features(text.size());
    }

    /** Guidance scale of requests that give none. */
    public double defaultGuidance() {
        return card.guidance();
    }

    /** The sampler, and the decisions during the run, of requests that give none. */
    public SamplerSetting defaultSampler() {
        return new SamplerSetting(Schedulers.canonicalName(Schedulers.create(schedulerConfig)), card.rules());
    }

    private static SamplingPlan plan(ImageRequest request, int steps) {
        var plan = SamplingPlan.steps(steps).withEta(request.eta());
        return request.init().map(init -> plan.withStrength(init.strength())).orElse(plan);
    }

    private Recipe recipe(ImageRequest request, Sizing sizing, Scheduler scheduler, int steps) {
        return new Recipe(
                request.prompt(),
                request.negativePrompt(),
                name,
                scheduler.className(),
                steps,
                request.guidance().orElse(request.panorama() ? card.panoramaGuidance() : card.guidance()),
                request.guidanceRescale().orElse(card.guidanceRescale()),
                request.eta(),
                request.seed(),
                sizing.result().width(),
                sizing.result().height(),
                request.panorama(),
                sizing.scale(),
                request.init().map(init -> OptionalDouble.of(init.strength())).orElse(OptionalDouble.empty()),
                engine.name());
    }

    private int batchSize(ImageSize size) {
        var factor = autoencoder.reduction();
        var elements = (long) (size.width() / factor) * (size.height() / factor) * unet.inChannels();
        return Math.clamp(MAX_BATCH_ELEMENTS / elements, 1, 16);
    }

    /** One batch, from noise to pictures. */
    private final class Run {
        private final ImageRequest request;
        private final Recipe recipe;
        private final StepChoice choice;
        private final Sizing sizing;
        private final Given given;
        private final Padding padding;
        private final long seed;
        private final int count;
        private final int height;
        private final int width;
        private final int length;
        private final Guidance guidance;
        private final StageClock clock;
        private final EnergyMeter energy = EnergyMeter.start();
        private final List<NoiseSource> noises = new ArrayList<>();
        private final List<Sampling> samplings = new ArrayList<>();
        private final List<StepRule> rules;
        private List<Trajectory> trajectories = List.of();

        Run(
                ImageRequest request,
                Recipe recipe,
                StepChoice choice,
                Sizing sizing,
                Given given,
                StageClock before,
                Scheduler scheduler,
                SamplingPlan plan,
                LongFunction<NoiseSource> noise,
                long seed,
                int count) {
            this.request = request;
            this.recipe = recipe;
            this.choice = choice;
            this.sizing = sizing;
            this.given = given;
            this.clock = new StageClock(before);
            this.padding = padding(request);
            this.seed = seed;
            this.count = count;
            this.height = sizing.denoised().height() / autoencoder.reduction();
            this.width = sizing.denoised().width() / autoencoder.reduction();
            this.length = autoencoder.latentChannels() * height * width;
            this.guidance = new Guidance(recipe.guidance(), recipe.guidanceRescale());
            this.rules = choice.rules();
            for (int k = 0; k < count; k++) {
                noises.add(noise.apply(seed + k));
                samplings.add(scheduler.start(plan));
            }
        }

        List<GeneratedImage> go(Finish finish, Cancellation cancellation, RunListener listener) {
            listener.stage("load");
            clock.add(Stage.LOAD, untoldLoad.getAndSet(Duration.ZERO));
            boolean divide = rules.stream().anyMatch(StepRule::divides);
            boolean paired = guidance.active() && rules.stream().noneMatch(StepRule::unpairs);
            var opened = clock.time(Stage.LOAD, () -> sessions.unet(height, width, padding, divide, paired));
            var shown = shown();
            trajectories = start();
            listener.stage("denoise");
            try (var denoiser = new Denoiser(
                    opened,
                    count,
                    guidance.prompts(),
                    unet.inChannels(),
                    unet.outChannels(),
                    height,
                    width,
                    text.tokens(),
                    text.size(),
                    classLabel())) {
                clock.time(Stage.UNET_TEXT, () -> denoiser.condition(conditioning()));
                new DenoisingLoop(denoiser, guidance, trajectories, shown, clock, recipe.scheduler())
                        .run(samplings.getFirst().timesteps(), cancellation, listener, this::previews);
            }
            var latents = trajectories.stream().map(Trajectory::latents).toArray(float[][]::new);
            cancellation.check();
            finish.latents(latents);
            listener.stage("decode");
            var images = finished(enlarge(decode(latents), cancellation, listener));
            var results = new ArrayList<GeneratedImage>();
            for (int k = 0; k < count; k++) {
                results.add(new GeneratedImage(
                        images.get(k),
                        recipe.withSeed(seed + k),
                        passes(trajectories.get(k)),
                        report(opened, trajectories.get(k))));
            }
            return results;
        }

        private DenoisingPasses passes(Trajectory trajectory) {
            return new DenoisingPasses(choice, samplings.getFirst().calls() * guidance.prompts(), trajectory.passes());
        }

        private OptionalInt classLabel() {
            return request.lowResolution()
                    .map(low -> OptionalInt.of(low.noiseLevel()))
                    .orElse(OptionalInt.empty());
        }

        /** The negative prompts' encodings, if guidance needs them, then the prompts'. */
        private float[] conditioning() {
            var length = given.prompt().length;
            var all = new float[guidance.prompts() * count * length];
            var at = 0;
            if (given.negative().isPresent()) {
                for (int k = 0; k < count; k++, at += length) {
                    System.arraycopy(given.negative().get(), 0, all, at, length);
                }
            }
            for (int k = 0; k < count; k++, at += length) {
                System.arraycopy(given.prompt(), 0, all, at, length);
            }
            return all;
        }

        /** The latents that a super-resolution model sees beside the noisy ones, one per image; empty for other models. */
        private List<float[]> shown() {
            var shown = new ArrayList<float[]>();
            if (request.lowResolution().isPresent()) {
                for (int k = 0; k < count; k++) {
                    shown.add(given.image().orElseThrow().sample(noise(k), autoencoder.scalingFactor()));
                }
            }
            return shown;
        }

        private List<Trajectory> start() {
            var label = "model %s, %s".formatted(name, recipe.scheduler());
            var started = new ArrayList<Trajectory>();
            for (int k = 0; k < count; k++) {
                started.add(new Trajectory(samplings.get(k), noises.get(k), startLatents(k), rules, label));
            }
            return started;
        }

        private float[] startLatents(int image) {
            if (request.init().isPresent()) {
                var latents = given.image().orElseThrow().sample(noise(image), autoencoder.scalingFactor());
                samplings.get(image).addNoise(latents, noise(image), 0, latents);
                return latents;
            }
            var latents = noise(image);
            var sigma = samplings.get(image).initNoiseSigma();
            for (int i = 0; i < length; i++) {
                latents[i] *= sigma;
            }
            return latents;
        }

        private float[] noise(int image) {
            var values = new float[length];
            noises.get(image).fill(values);
            return values;
        }

        private List<RgbdImage> previews() {
            return decode(trajectories.stream().map(Trajectory::predictedClean).toArray(float[][]::new));
        }

        private List<RgbdImage> decode(float[][] latents) {
            return clock.time(Stage.DECODE, () -> {
                var images = new ArrayList<RgbdImage>();
                for (var one : latents) {
                    images.add(sessions.decode(coding, card.depthScale(), one, height, width, padding));
                }
                return images;
            });
        }

        private List<RgbdImage> enlarge(List<RgbdImage> images, Cancellation cancellation, RunListener listener) {
            if (recipe.enlarged() == 1) {
                return images;
            }
            listener.stage("enlarge");
            return clock.time(Stage.ENLARGE, () -> {
                var larger = new ArrayList<RgbdImage>();
                for (var image : images) {
                    cancellation.check();
                    larger.add(sessions.enlarge(image, padding));
                }
                return larger;
            });
        }

        private List<RgbdImage> finished(List<RgbdImage> images) {
            return recipe.panorama()
                    ? images.stream().map(PanoramaPoles::smooth).toList()
                    : images;
        }

        private ComputeReport report(UnetSessions opened, Trajectory trajectory) {
            var size = sizing.denoised();
            var prompts = guidance.prompts();
            var decoderFlops = sessions.decoderFlops(height, width, padding);
            var stages = new ArrayList<StageReport>();
            stages.add(new StageReport("load", 0, 0, 0, 0, clock.of(Stage.LOAD)));
            stages.add(new StageReport(
                    "text encoder", prompts, 2, prompts * text.flops(), 2 * text.flops(), clock.of(Stage.TEXT)));
            if (request.init().isPresent() || request.lowResolution().isPresent()) {
                var flops = sessions.encoderFlops(size.height(), size.width(), padding);
                stages.add(new StageReport("encoder", 1, 1, flops, flops, clock.of(Stage.ENCODE)));
            }
            var textFlops = opened.textFlops();
            if (textFlops > 0) {
                stages.add(new StageReport(
                        "u-net text", prompts, 2, prompts * textFlops, 2 * textFlops, clock.of(Stage.UNET_TEXT)));
            }
            stages.add(new StageReport(
                    "u-net",
                    trajectory.passes(),
                    2L * REFERENCE_STEPS,
                    opened.flops(trajectory.passes(), trajectory.deepPasses()),
                    2L * REFERENCE_STEPS * opened.rowFlops(),
                    clock.of(Stage.DENOISE)));
            stages.add(new StageReport("sampler", 0, 0, 0, 0, clock.of(Stage.SAMPLER)));
            stages.add(new StageReport("decoder", 1, 1, decoderFlops, decoderFlops, clock.of(Stage.DECODE)));
            if (recipe.enlarged() > 1) {
                var flops = sessions.upscalerFlops(size.height(), size.width(), padding);
                stages.add(new StageReport("upscaler", 1, 1, flops, flops, clock.of(Stage.ENLARGE)));
            }
            var decisions = new ArrayList<String>();
            if (!choice.reason().isEmpty()) {
                decisions.add(choice.reason());
            }
            sizing.decision().ifPresent(decisions::add);
            decisions.addAll(trajectory.words(guidance.active()));
            return new ComputeReport(
                    REFERENCE_STEPS + " steps with guidance",
                    stages,
                    decisions,
                    clock.total(),
                    ProcessMemory.peak(),
                    energy.joules());
        }
    }
}
