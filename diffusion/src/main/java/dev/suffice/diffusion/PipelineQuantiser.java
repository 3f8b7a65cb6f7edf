package dev.suffice.diffusion;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.Progress;
import dev.suffice.core.StepCount;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.image.RgbdImage;
import dev.suffice.models.family.AutoencoderKl;
import dev.suffice.models.family.ClipText;
import dev.suffice.models.family.LayerRanges;
import dev.suffice.models.family.NetworkQuantiser;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.RgbdUpscaler;
import dev.suffice.models.family.UNet2DCondition;
import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.ExportedFile;
import dev.suffice.models.folder.ModelFingerprint;
import dev.suffice.models.folder.NewFolder;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.safetensors.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Makes of a model of images one whose U-Net and decoder, and text encoder and upscaler where its folder has them, compute with 8 bits: weights with a scale for each row or filter, and what layers read and convolutions make with one scale
 * each. The ranges are those that lose least of what was seen while the model made pictures of some prompts (post-training quantisation, Jacob et al. 2018). Layers that lose most stay
 * as they are, until the whole network differs little enough.
 */
public final class PipelineQuantiser {
    /** Of as many runs of the U-Net one is kept to compare with. */
    private static final int EVERY_RUN = 7;

    private static final String UNET = "unet";
    private static final String VAE = "vae";
    private static final String UPSCALER = "upscaler";

    private final Path folder;
    private final Path out;
    private final Settings settings;
    private final Engine engine;
    private final SessionOptions options;
    private final Cancellation cancellation;

    /**
     * How.
     *
     * @param prompts of the pictures, at least one
     * @param steps of each, 1..1000
     * @param tolerance how much the outputs of a network may differ: root mean square, in units of the outputs' own, 0..1
     */
    public record Settings(List<String> prompts, int steps, double tolerance) {
        /** What loses no picture of {@code places}: see docs/models.md. */
        public static final double TOLERANCE = 0.03;

        /** @throws InvalidRequestException if a value is out of range */
        public Settings {
            prompts = List.copyOf(prompts);
            if (prompts.isEmpty()) {
                throw new InvalidRequestException("no prompts: some are needed to measure what 8 bits have to hold");
            }
            if (steps < 1 || steps > 1000) {
                throw new InvalidRequestException("steps %d: must be between 1 and 1000".formatted(steps));
            }
            if (!(tolerance > 0 && tolerance <= 1)) {
                throw new InvalidRequestException("tolerance %s: must be above 0 and at most 1".formatted(tolerance));
            }
        }
    }

    /**
     * What became of a network.
     *
     * @param name of its folder
     * @param quantised layers that have 8 bits now
     * @param kept layers that could have and stay as they are
     * @param error how much its outputs differ in runs that were looked at, see {@link Settings#tolerance}
     */
    public record Part(String name, List<String> quantised, List<String> kept, double error) {}

    private PipelineQuantiser(
            Path folder,
            Path out,
            Settings settings,
            Engine engine,
            SessionOptions options,
            Cancellation cancellation) {
        this.folder = folder;
        this.out = out;
        this.settings = settings;
        this.engine = engine;
        this.options = options;
        this.cancellation = cancellation;
    }

    /**
     * Writes the model.
     *
     * @param folder of the original, in diffusers' layout
     * @param name of the original, for messages
     * @param out the folder to be made, complete or not at all; may be there if it is empty
     * @param cache for files that are unpacked once
     * @param engine onnxruntime: it rounds most, so that what it measures holds for the others
     * @param progress hears of pictures, then of the networks that are tried
     * @return what became of its networks, in the order in which they are computed
     * @throws InvalidRequestException if the folder to be made has something in it, or the engine cannot
     * @throws SufficeException if the original cannot be used, or the folder cannot be written
     * @throws dev.suffice.core.CancelledException if cancelled
     */
    public static List<Part> write(
            Path folder,
            String name,
            Path out,
            Settings settings,
            Path cache,
            Engine engine,
            SessionOptions options,
            Progress progress,
            Cancellation cancellation) {
        var quantiser = new PipelineQuantiser(folder, out, settings, engine, options, cancellation);
        try {
            return quantiser.write(name, cache, progress);
        } catch (IOException e) {
            throw new SufficeException(
                    "%s: cannot be written: %s; free space there, or give another folder"
                            .formatted(out, e.getMessage()),
                    e);
        }
    }

    private List<Part> write(String name, Path cache, Progress progress) throws IOException {
        check(name);
        var networks = BuiltNetworks.open(folder, OperatorSet.of(engine.name()));
        var encoder = textEncoder();
        var upscaler = RgbdUpscaler.of(folder);
        try (var text = new LayerMeter("last_hidden_state", 1);
                var unet = new LayerMeter("noise_pred", EVERY_RUN);
                var decoder = new LayerMeter("sample", 1);
                var enlarged = new LayerMeter("enlarged", 1)) {
            encoder.ifPresent(model -> read(model, text));
            ImageSize size;
            int tokens;
            try (var pipeline = Ldm3dPipeline.open(
                    folder, name, cache, engine, options, () -> new ProbedNetworks(networks, unet, decoder))) {
                size = pipeline.nativeSize(false);
                tokens = pipeline.tokens();
                var pictures = pictures(pipeline, size, progress);
                upscaler.ifPresent(model -> enlarge(model, pictures, enlarged));
            }
            int reduction = networks.autoencoder().reduction();
            int height = size.height() / reduction;
            int width = size.width() / reduction;
            var operators = networks.operators();
            var measured = new ArrayList<Measured>();
            encoder.ifPresent(model -> measured.add(new Measured(
                    ClipConditioning.PART,
                    model.config(),
                    model.weights(),
                    text,
                    made -> ClipText.open(made).network(operators, tokens))));
            measured.add(new Measured(
                    UNET,
                    networks.network().source(),
                    networks.network().weights(),
                    unet,
                    made -> UNet2DCondition.open(made).network(operators, height, width, tokens, Padding.ZERO)));
            measured.add(new Measured(
                    VAE,
                    networks.kl().config(),
                    networks.kl().weights(),
                    decoder,
                    made -> AutoencoderKl.open(made).decoder(operators, height, width, Padding.ZERO)));
            upscaler.ifPresent(model -> measured.add(new Measured(
                    UPSCALER,
                    model.config(),
                    model.weights(),
                    enlarged,
                    made -> RgbdUpscaler.open(made).network(operators, size.height(), size.width(), Padding.ZERO))));
            measured.removeIf(one -> one.meter().layers().isEmpty());
            var parts = new ArrayList<Part>();
            NewFolder.write(out, into -> {
                copy(into, measured.stream().map(Measured::name).collect(Collectors.toSet()));
                for (var one : measured) {
                    parts.add(part(into.resolve(one.name()), one, progress));
                }
            });
            return parts;
        }
    }

    /**
     * A network that was measured.
     *
     * @param name of its folder
     * @param network what a folder's network is
     */
    private record Measured(
            String name, Config config, Weights weights, LayerMeter meter, Function<Path, Network> network) {}

    /** CLIP in the model's folder; not one that was exported, and none where a sentence encoder of a library reads the prompts. */
    private Optional<ClipText> textEncoder() {
        var part = folder.resolve(ClipConditioning.PART);
        return Weights.present(part) && !ExportedFile.in(part) ? Optional.of(ClipText.open(part)) : Optional.empty();
    }

    private Session session(Graph graph) {
        return engine.open(graph, options);
    }

    private void read(ClipText model, LayerMeter meter) {
        try (var text =
                ClipConditioning.openProbed(folder, model, OperatorSet.of(engine.name()), this::session, meter)) {
            var prompts = new ArrayList<>(settings.prompts());
            prompts.add(""); // what guidance goes away from
            for (var prompt : prompts) {
                cancellation.check();
                text.encode(prompt, RunListener.silent());
            }
        }
    }

    private List<RgbdImage> pictures(Ldm3dPipeline pipeline, ImageSize size, Progress progress) {
        var pictures = new ArrayList<RgbdImage>();
        for (int i = 0; i < settings.prompts().size(); i++) {
            var request = ImageRequest.of(settings.prompts().get(i))
                    .steps(new StepCount.Fixed(settings.steps()))
                    .policy(StepPolicy.none())
                    .size(size)
                    .enlarge(false)
                    .seed(i)
                    .build();
            pictures.add(pipeline.run(request, cancellation, RunListener.silent())
                    .getFirst()
                    .image());
            progress.at("measure", i + 1L, settings.prompts().size());
        }
        return pictures;
    }

    private void enlarge(RgbdUpscaler model, List<RgbdImage> pictures, LayerMeter meter) {
        var first = pictures.getFirst();
        var probed = model.probed(OperatorSet.of(engine.name()), first.height(), first.width(), Padding.ZERO);
        try (var session = MeteredSession.open(this::session, probed, meter)) {
            for (var picture : pictures) {
                cancellation.check();
                new Enlarger(model, session).enlarge(picture);
            }
        }
    }

    private void check(String name) throws IOException {
        if (ExportedNetworks.in(folder)) {
            throw new InvalidRequestException(
                    "model %s: was exported, its layers cannot be told apart; quantise the model that it was exported from"
                            .formatted(name));
        }
        if (OperatorSet.of(engine.name()) == OperatorSet.STANDARD) {
            throw new InvalidRequestException(
                    "engine %s: rounds less than others do, so that what it measured would not hold for them; choose onnxruntime"
                            .formatted(engine.name()));
        }
        if (Config.read(folder.resolve(UNET).resolve("config.json"))
                .find(BlockFormat.MARK)
                .isPresent()) {
            throw new InvalidRequestException("model %s: has 8 bits already; quantise the original".formatted(name));
        }
        if (Files.exists(out)) {
            if (!Files.isDirectory(out)) {
                throw new InvalidRequestException("%s: is a file; give a new folder".formatted(out));
            }
            try (var listed = Files.list(out)) {
                if (listed.findAny().isPresent()) {
                    throw new InvalidRequestException("%s: is not empty; give a new folder".formatted(out));
                }
            }
        }
    }

    /** What is not quantised, as it is. */
    private void copy(Path into, Set<String> quantised) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                cancellation.check();
                var relative = folder.relativize(file);
                var first = String.valueOf(relative.getName(0));
                if (!quantised.contains(first)) {
                    var target = into.resolve(relative.toString());
                    Files.createDirectories(Objects.requireNonNull(target.getParent()));
                    Files.copy(file, target);
                }
            }
        }
    }

    /** Writes a network, as many of whose layers have 8 bits as the tolerance allows. */
    private Part part(Path target, Measured network, Progress progress) throws IOException {
        var original = ModelFingerprint.of(folder);
        var meter = network.meter();
        var measured = new HashMap<String, LayerRanges>();
        meter.layers().forEach(path -> measured.put(path, meter.ranges(path)));
        var search = new SensitiveLayers(meter.layers(), settings.tolerance(), kept -> {
            cancellation.check();
            var ranges = new HashMap<>(measured);
            ranges.keySet().removeAll(kept);
            NewFolder.delete(target);
            Files.createDirectories(target);
            NetworkQuantiser.write(original, network.config(), network.weights(), ranges, target, cancellation);
            try (var session = session(network.network().apply(target).segment(Network.START, Network.END))) {
                return meter.error(session);
            }
        });
        var found = search.find((done, all) -> progress.at("compare " + network.name(), done, all));
        return new Part(
                network.name(),
                meter.layers().stream()
                        .filter(path -> !found.layers().contains(path))
                        .toList(),
                List.copyOf(found.layers()),
                found.error());
    }
}
