package dev.suffice.cli.serve;

import dev.suffice.cli.Browser;
import dev.suffice.cli.ComputePrecision;
import dev.suffice.cli.InterruptSignal;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.engines.EngineSelection;
import dev.suffice.diffusion.engines.ExpectedWork;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.store.ModelStore;
import dev.suffice.server.Limits;
import dev.suffice.server.ServedModels;
import dev.suffice.server.ServerSettings;
import dev.suffice.server.StudioServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** The Studio page and the HTTP API. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Serves the Studio page and the HTTP API.",
        footer = {
            "",
            "Ctrl-C stops it; a run that goes on then is cancelled, and nothing is left half-written.",
            "Example: ./suffice serve --open",
            "Example: SUFFICE_API_KEY=... ./suffice serve --host 0.0.0.0"
        })
final class ServeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            description =
                    "A bundled model or a folder; may be given more than once, the first is the default. All bundled models unless given.")
    private List<String> models = List.of();

    @Option(names = "--port", paramLabel = "N", description = "Port; 0: any free one.")
    private int port = 8080;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Address to listen on; any but this machine's own needs --api-key.")
    private String host = "127.0.0.1";

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            description =
                    "What clients must present; better in the environment variable SUFFICE_API_KEY, which nobody sees in the list of processes.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable String apiKey = System.getenv("SUFFICE_API_KEY");

    @Option(names = "--cors", paramLabel = "ORIGIN", description = "Pages of this origin may call the API too.")
    private @Nullable String cors;

    @Option(names = "--gallery", paramLabel = "DIR", description = "Folder for the finished images.")
    private Path gallery = Path.of("out", "studio");

    @Option(names = "--keep", paramLabel = "N", description = "Images to keep, the newest.")
    private int keep = 500;

    @Option(names = "--queue", paramLabel = "N", description = "Runs that may wait; further ones are refused.")
    private int queue = 16;

    @Option(names = "--runs", paramLabel = "N", description = "Runs that may go on at once.")
    private int runs = 1;

    @Option(names = "--max-side", paramLabel = "PIXELS", description = "Largest width and height of an image.")
    private int side = 1024;

    @Option(names = "--max-steps", paramLabel = "N", description = "Most steps of a run.")
    private int steps = 250;

    @Option(names = "--max-images", paramLabel = "N", description = "Most images of one request.")
    private int images = 10;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "The inference engine, or auto: the faster one for each model.")
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

    @Option(names = "--open", description = "Open the page.")
    private boolean open;

    @Option(names = "--json", description = "Print one JSON object on stdout when it is ready.")
    private boolean json;

    /** Libraries that tell more than people want to hear; kept, for a logger that nobody holds forgets its level. */
    private final List<Logger> quiet = List.of(Logger.getLogger("io.helidon"), Logger.getLogger("dev.suffice.server"));

    @Override
    public Integer call() {
        quiet.forEach(logger -> logger.setLevel(Level.WARNING));
        var err = spec.commandLine().getErr();
        try (var interrupt = new InterruptSignal();
                var server = StudioServer.start(settings(), served())) {
            err.println("Studio: %s  (loading the model ...)".formatted(server.page()));
            CompletableFuture.anyOf(server.ready(), interrupt.requested()).join();
            if (!interrupt.cancellation().requested()) {
                told(server);
                interrupt.requested().join();
            }
            err.println("Stopping ...");
        } catch (CompletionException e) {
            throw e.getCause() instanceof SufficeException known ? known : e;
        }
        return 0;
    }

    private void told(StudioServer server) {
        var err = spec.commandLine().getErr();
        if (json) {
            var report = JsonMapper.shared()
                    .createObjectNode()
                    .put("page", server.page().toString())
                    .put("port", server.port())
                    .put("gallery", gallery.toString())
                    .put("images", server.images());
            spec.commandLine().getOut().println(JsonMapper.shared().writeValueAsString(report));
        } else {
            err.println("Ready. %d images in %s. Ctrl-C stops.".formatted(server.images(), gallery));
        }
        if (open) {
            new Browser().open(server.page(), err);
        }
    }

    private ServerSettings settings() {
        var limits = Limits.defaults().withSide(side).withSteps(steps).withImages(images);
        return ServerSettings.defaults()
                .withHost(host, Optional.ofNullable(apiKey).filter(key -> !key.isEmpty()))
                .withPort(port)
                .withCors(Optional.ofNullable(cors))
                .withGallery(gallery, keep)
                .withQueue(queue, runs)
                .withLimits(limits);
    }

    private ServedModels served() {
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        // Others that come with the project, such as classifiers, make no pictures.
        var names = models.isEmpty()
                ? store.names().stream()
                        .filter(name -> Files.isRegularFile(store.folder(name).resolve("model_index.json")))
                        .toList()
                : models;
        SequencedMap<String, Path> folders = new LinkedHashMap<>();
        for (var name : names) {
            var folder = store.folder(name);
            var last = folder.toAbsolutePath().normalize().getFileName();
            if (folders.putIfAbsent(last == null ? name : last.toString(), folder) != null) {
                throw new InvalidRequestException(
                        "--model %s: there is another model called %s; rename its folder".formatted(name, last));
            }
        }
        var plain = threads == null
                ? SessionOptions.defaults()
                : SessionOptions.defaults().withThreads(threads);
        var options = ComputePrecision.of(precision, engine, plain);
        var selection = EngineSelection.parse(engine, store.cache(), options, ExpectedWork.endless());
        return new ServedModels(folders, store.cache(), selection, options);
    }
}
