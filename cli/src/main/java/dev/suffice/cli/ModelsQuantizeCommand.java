package dev.suffice.cli;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.PipelineQuantiser;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.LanguageModel;
import dev.suffice.language.ModelDivergence;
import dev.suffice.models.decoder.DecoderQuantiser;
import dev.suffice.models.folder.ModelSummary;
import dev.suffice.models.folder.NewFolder;
import dev.suffice.models.gguf.GgufFile;
import dev.suffice.models.gguf.GgufImport;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.store.ByteSize;
import dev.suffice.models.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a model smaller: a language model, or a model of images, which also becomes faster. */
@Command(
        name = "quantize",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Writes a language model with matrices of 4 or 8 bits, or a model of images whose networks compute with 8 bits, and says how much that changed.")
final class ModelsQuantizeCommand implements Callable<Integer> {
    private static final List<Integer> BLOCKS = List.of(32, 64, 128, 256);
    private static final int STEPS = 20;

    /** What the two models read unless a text is given. */
    private static final String TEXT = """
            The harbour woke before the town did. At four the first boats came in with their lamps still lit, and the women who \
            sold the catch stood on the wet stones counting crates aloud: "Eleven, twelve, and one of crab." By half past five the \
            ice was gone and so were the buyers. Anna kept the books. She wrote the weight of each box, 31.5 kilograms or 28, next \
            to the name of the boat, and at the end of the month she added everything up twice, because her father had once paid \
            for a ton of herring that nobody had ever seen. It was not dishonesty, he used to say; it was arithmetic in bad light. \
            If the sum of the second column differs from that of the first, look for a seven that was meant to be a one. When the \
            railway reached the coast in 1884, prices stopped being a matter of who shouted loudest and became a matter of what a \
            telegram said. Why should a fish cost more on Thursday than on Tuesday? Nobody on the quay could have told you, but \
            they all knew that it did, and they set out accordingly.
            """;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME|DIR|FILE",
            description = "A model that is here, with its original weights (./suffice models list).")
    private String name = "";

    @Option(names = "--bits", paramLabel = "4|8", required = true, description = "Bits of each number.")
    private int bits;

    @Option(
            names = "--block",
            paramLabel = "32|64|128|256",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description =
                    "Language models: numbers of a row that share a scale; with smaller blocks it is nearer to the original, and larger. 32 unless given.")
    private @Nullable Integer block;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "The folder to be made; may be there if it is empty.")
    private Path out = Path.of("");

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description = "Language models: a text that both read to be compared; a paragraph of English unless given.")
    private @Nullable Path text;

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description =
                    "Models of images: prompts, one a line, of the pictures that show what 8 bits have to hold; some of many kinds unless given.")
    private @Nullable Path prompts;

    @Option(
            names = "--steps",
            paramLabel = "N",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "Models of images: steps of each of these pictures. 20 unless given.")
    private @Nullable Integer steps;

    @Option(
            names = "--tolerance",
            paramLabel = "T",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description =
                    "Models of images: how much the outputs of a network may differ, 0 to 1; layers that lose most stay as they are. 0.03 unless given.")
    private @Nullable Double tolerance;

    @Option(names = "--json", description = "Print one JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() {
        var store = ModelStore.of(Installation.home());
        var source = store.find(name).path();
        if (Files.isRegularFile(source.resolve("model_index.json"))) {
            return images(source, store.cache());
        }
        if (prompts != null || steps != null || tolerance != null) {
            throw new InvalidRequestException(
                    "model %s: is a language model; --prompts, --steps and --tolerance are for models of images"
                            .formatted(name));
        }
        var format = format();
        var read = text();
        try (var interrupt = new InterruptSignal()) {
            DecoderQuantiser.write(source, out, format, interrupt.cancellation());
            var divergence = compare(source, store.cache(), read, interrupt.cancellation());
            long before = ModelSummary.of(source).bytes();
            long after = ModelSummary.of(out).bytes();
            if (json) {
                printJson(before, after, divergence);
            } else {
                print(before, after, divergence);
            }
        }
        return 0;
    }

    private int images(Path source, Path cache) {
        if (bits != 8 || block != null || text != null) {
            throw new InvalidRequestException(
                    "model %s: is a model of images; they get --bits 8, and neither --block nor --text"
                            .formatted(name));
        }
        var settings = new PipelineQuantiser.Settings(
                prompts == null ? PictureQuantisation.PROMPTS : LineFile.prompts(prompts, "some"),
                Objects.requireNonNullElse(steps, STEPS),
                Objects.requireNonNullElse(tolerance, PipelineQuantiser.Settings.TOLERANCE));
        try (var interrupt = new InterruptSignal()) {
            var made = PictureQuantisation.run(source, name, out, settings, cache, interrupt.cancellation());
            long before = ModelSummary.of(source).bytes();
            long after = ModelSummary.of(out).bytes();
            if (json) {
                printJson(before, after, made);
            } else {
                print(before, after, made);
            }
        }
        return 0;
    }

    private void print(long before, long after, PictureQuantisation made) {
        var console = spec.commandLine().getOut();
        console.println(out);
        printSize(before, after);
        for (var part : made.parts()) {
            console.printf(
                    Locale.ROOT,
                    "%-18s %d of %d layers have 8 bits, its outputs differ by %.1f %%%s%n",
                    part.name(),
                    part.quantised().size(),
                    part.quantised().size() + part.kept().size(),
                    100 * part.error(),
                    part.kept().isEmpty() ? "" : "; as they are: " + String.join(", ", part.kept()));
        }
        console.printf(
                Locale.ROOT,
                "%-18s SSIM to the original's %.3f in colour, %.3f in depth, in the mean of %d%n",
                "pictures",
                made.rgb(),
                made.depth(),
                made.pictures().size());
        console.printf(
                Locale.ROOT,
                "%-18s %.2f s instead of %.2f, %.2f times as fast%n",
                "a picture",
                made.quantisedSeconds(),
                made.seconds(),
                made.speedUp());
    }

    private void printJson(long before, long after, PictureQuantisation made) {
        var report = Json.object()
                .put("folder", out.toString())
                .put("bits", bits)
                .put("bytes_before", before)
                .put("bytes_after", after);
        var parts = report.putArray("networks");
        for (var part : made.parts()) {
            var one = parts.addObject()
                    .put("name", part.name())
                    .put("quantised_layers", part.quantised().size())
                    .put("error", part.error());
            part.kept().forEach(one.putArray("kept_layers")::add);
        }
        report.put("pictures", made.pictures().size())
                .put("rgb_ssim", made.rgb())
                .put("depth_ssim", made.depth())
                .put("seconds_before", made.seconds())
                .put("seconds_after", made.quantisedSeconds())
                .put("speed_up", made.speedUp());
        spec.commandLine().getOut().println(Json.text(report));
    }

    private BlockFormat format() {
        if (bits != 4 && bits != 8) {
            throw new InvalidRequestException("%d bits: must be 4 or 8".formatted(bits));
        }
        if (!BLOCKS.contains(block())) {
            throw new InvalidRequestException("blocks of %d numbers: must be 32, 64, 128 or 256".formatted(block()));
        }
        return new BlockFormat(bits, block());
    }

    private int block() {
        return Objects.requireNonNullElse(block, BLOCKS.getFirst());
    }

    private String text() {
        if (text == null) {
            return TEXT;
        }
        try {
            var read = Files.readString(text);
            if (read.isBlank()) {
                throw new InvalidRequestException("text %s: is empty; give one of some hundred words".formatted(text));
            }
            return read;
        } catch (IOException e) {
            throw new InvalidRequestException("text %s: cannot be read as UTF-8: %s".formatted(text, e.getMessage()));
        }
    }

    private ModelDivergence compare(Path source, Path cache, String read, Cancellation cancellation) {
        if (Files.isDirectory(source)) {
            return compareFolders(source, cache, read, cancellation);
        }
        // Opened as it is, a file would be rounded to 8 bits before it is computed with.
        var unpacked = out.resolveSibling(out.getFileName() + ".original");
        try {
            GgufImport.unpack(GgufFile.read(source), unpacked, cancellation);
            return compareFolders(unpacked, cache, read, cancellation);
        } finally {
            delete(unpacked);
        }
    }

    private ModelDivergence compareFolders(Path source, Path cache, String read, Cancellation cancellation) {
        try (var original = open(source, cache);
                var quantised = open(out, cache)) {
            return ModelDivergence.of(original, quantised, read, cancellation);
        }
    }

    private static void delete(Path folder) {
        try {
            NewFolder.delete(folder);
        } catch (IOException e) {
            throw new SufficeException(
                    "folder %s: cannot be deleted: %s; it is not needed any more".formatted(folder, e.getMessage()), e);
        }
    }

    private LanguageModel open(Path path, Path cache) {
        return LanguageModel.open(
                path, name, cache, OptionalInt.empty(), Engines.named(Engines.DEFAULT), SessionOptions.defaults());
    }

    private void print(long before, long after, ModelDivergence divergence) {
        var console = spec.commandLine().getOut();
        console.println(out);
        printSize(before, after);
        console.printf(
                Locale.ROOT,
                "%-18s %.4f nats in the mean of %d tokens, %.4f at most%n",
                "KL divergence",
                divergence.meanKl(),
                divergence.tokens(),
                divergence.maxKl());
        console.printf(Locale.ROOT, "%-18s %.1f %% of the tokens%n", "same top token", 100 * divergence.agreement());
    }

    private void printSize(long before, long after) {
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%-18s %s before, %s after (%.0f %%)%n",
                        "size",
                        ByteSize.text(before),
                        ByteSize.text(after),
                        100.0 * after / before);
    }

    private void printJson(long before, long after, ModelDivergence divergence) {
        var report = Json.object()
                .put("folder", out.toString())
                .put("bits", bits)
                .put("block", block())
                .put("bytes_before", before)
                .put("bytes_after", after)
                .put("tokens", divergence.tokens())
                .put("mean_kl", divergence.meanKl())
                .put("max_kl", divergence.maxKl())
                .put("top_token_agreement", divergence.agreement());
        spec.commandLine().getOut().println(Json.text(report));
    }
}
