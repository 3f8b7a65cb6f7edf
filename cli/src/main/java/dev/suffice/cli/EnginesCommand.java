package dev.suffice.cli;

import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Engines;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the inference engines and whether they run here. */
@Command(
        name = "engines",
        mixinStandardHelpOptions = true,
        description = "Lists the inference engines and whether they can run on this machine.",
        subcommands = EnginesInstallCommand.class)
final class EnginesCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var report = Json.object();
        var list = report.putArray("engines");
        for (var engine : Engines.installed()) {
            var entry = list.addObject().put("name", engine.name());
            switch (engine.probe()) {
                case EngineStatus.Available(var version, var devices) -> {
                    entry.put("available", true).put("version", version);
                    devices.forEach(entry.putArray("devices")::add);
                    if (!json) {
                        out.printf("%-14s %s on %s%n", engine.name(), version, String.join(", ", devices));
                    }
                }
                case EngineStatus.Unavailable(var reason, var remedy) -> {
                    entry.put("available", false).put("reason", reason).put("remedy", remedy);
                    if (!json) {
                        out.printf("%-14s not available: %s; %s%n", engine.name(), reason, remedy);
                    }
                }
            }
        }
        if (json) {
            out.println(Json.text(report));
        }
        return 0;
    }
}
