package dev.suffice.cli;

import dev.suffice.core.CacheFolder;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Engines;
import dev.suffice.models.store.ByteSize;
import dev.suffice.models.store.PackagedLibrary;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches what an engine needs and does not bring along. */
@Command(
        name = "install",
        mixinStandardHelpOptions = true,
        description =
                "Fetches an engine's native libraries with this machine's own pip, into the cache; nothing else is changed.")
final class EnginesInstallCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "openvino")
    private String name = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        if (!name.equals("openvino")) {
            throw new InvalidRequestException(
                    "engine %s: nothing is to be installed for it; those that can be installed: openvino"
                            .formatted(name));
        }
        var target = CacheFolder.ofEngine(name);
        long bytes;
        try (var interrupt = new InterruptSignal();
                var progress = UnitProgress.ofBytes()) {
            bytes = PackagedLibrary.OPENVINO.install(target, interrupt.cancellation(), progress);
        }
        var status = Engines.installed().stream()
                .filter(engine -> engine.name().equals(name))
                .findFirst()
                .orElseThrow()
                .probe();
        return switch (status) {
            case EngineStatus.Available(var version, var devices) -> {
                print(target, bytes, version, devices);
                yield 0;
            }
            case EngineStatus.Unavailable(var reason, var remedy) -> {
                spec.commandLine().getErr().printf("suffice: engine %s: %s; %s%n", name, reason, remedy);
                yield FailureReport.FAILURE;
            }
        };
    }

    private void print(Path target, long bytes, String version, List<String> devices) {
        var out = spec.commandLine().getOut();
        if (json) {
            var report = Json.object()
                    .put("engine", name)
                    .put("version", version)
                    .put("folder", target.toString())
                    .put("bytes", bytes);
            devices.forEach(report.putArray("devices")::add);
            out.println(Json.text(report));
        } else {
            out.printf(
                    "%s %s on %s, %s in %s%n", name, version, String.join(", ", devices), ByteSize.text(bytes), target);
        }
    }
}
