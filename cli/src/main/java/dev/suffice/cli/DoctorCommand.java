package dev.suffice.cli;

import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Engines;
import dev.suffice.models.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks what a run needs. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Checks this machine: Java, memory, engines, models, folders. Exit code 1 if something is missing.")
final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private boolean healthy = true;

    @Override
    public Integer call() {
        var runtime = Runtime.getRuntime();
        check(true, "java", System.getProperty("java.vm.version") + ", " + System.getProperty("java.home"));
        check(true, "processors", Integer.toString(runtime.availableProcessors()));
        check(true, "heap", runtime.maxMemory() / 1_000_000 + " MB at most (models lie outside it)");
        for (var engine : Engines.installed()) {
            switch (engine.probe()) {
                case EngineStatus.Available(var version, var devices) ->
                    check(true, "engine " + engine.name(), version + " on " + String.join(", ", devices));
                case EngineStatus.Unavailable(var reason, var remedy) ->
                    check(
                            !engine.name().equals(Engines.DEFAULT),
                            "engine " + engine.name(),
                            "not available: " + reason + "; " + remedy);
            }
        }
        var store = ModelStore.of(Installation.home());
        check(
                !store.names().isEmpty(),
                "bundled models",
                store.names().isEmpty() ? "none in " + store.bundled() : String.join(", ", store.names()));
        try {
            Files.createDirectories(store.cache());
            check(Files.isWritable(store.cache()), "cache", store.cache().toString());
        } catch (IOException e) {
            check(false, "cache", "%s cannot be made: %s; set XDG_CACHE_HOME".formatted(store.cache(), e.getMessage()));
        }
        return healthy ? 0 : FailureReport.FAILURE;
    }

    private void check(boolean good, String what, String how) {
        healthy &= good;
        spec.commandLine().getOut().printf("%-4s %-20s %s%n", good ? "ok" : "!!", what, how);
    }
}
