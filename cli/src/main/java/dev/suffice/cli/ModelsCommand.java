package dev.suffice.cli;

import dev.suffice.models.folder.Config;
import dev.suffice.models.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What models there are and what is in them. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = "Lists the bundled models, or tells about one.")
final class ModelsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: list or info");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the bundled models.")
    int list(@Option(names = "--json", description = "Print one JSON object.") boolean json) {
        var out = spec.commandLine().getOut();
        var store = ModelStore.of(Installation.home());
        if (json) {
            var report = Json.object();
            var models = report.putArray("models");
            store.names()
                    .forEach(name -> models.addObject()
                            .put("name", name)
                            .put("folder", store.folder(name).toString()));
            out.println(Json.text(report));
        } else {
            store.names().forEach(name -> out.printf("%-16s %s%n", name, store.folder(name)));
        }
        return 0;
    }

    @Command(name = "info", mixinStandardHelpOptions = true, description = "Tells what a model folder is made of.")
    int info(
            @Parameters(paramLabel = "NAME|DIR", description = "A bundled model or a folder.") String model,
            @Option(names = "--json", description = "Print one JSON object.") boolean json)
            throws IOException {
        var out = spec.commandLine().getOut();
        var folder = ModelStore.of(Installation.home()).folder(model);
        var index = Config.read(folder.resolve("model_index.json"));
        var sizes = new TreeMap<String, Long>();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var part = folder.relativize(file);
                sizes.merge(part.getNameCount() > 1 ? part.getName(0).toString() : ".", Files.size(file), Long::sum);
            }
        }
        if (json) {
            var report = Json.object().put("folder", folder.toString());
            report.set("model_index", index.json());
            var parts = report.putObject("bytes");
            sizes.forEach(parts::put);
            out.println(Json.text(report));
        } else {
            out.printf("%s: %s%n", folder, index.text("_class_name", "unknown class"));
            sizes.forEach((part, bytes) -> out.printf("  %-16s %10.1f MB%n", part, bytes / 1e6));
        }
        return 0;
    }
}
