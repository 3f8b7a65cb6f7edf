package dev.suffice.cli;

import dev.suffice.models.store.ByteSize;
import dev.suffice.models.store.LocalModel;
import dev.suffice.models.store.LocalModel.Source;
import dev.suffice.models.store.ModelStore;
import dev.suffice.models.store.ShortName;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The models that can be named. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the models that are here, and the short names of those that can be fetched.")
final class ModelsListCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() {
        var models = ModelStore.of(Installation.home()).models();
        var absent = ShortName.all().stream()
                .filter(name -> models.stream()
                        .noneMatch(model ->
                                model.source() == Source.PIP && model.name().equals(name.name())))
                .toList();
        if (json) {
            printJson(models, absent);
        } else {
            print(models, absent);
        }
        return 0;
    }

    private void print(List<LocalModel> models, List<ShortName> absent) {
        var out = spec.commandLine().getOut();
        for (var model : models) {
            out.printf(
                    "%-28s %-8s %-12s %9s  %s%n",
                    model.name(),
                    source(model),
                    shortened(model.revision()),
                    ByteSize.text(model.bytes()),
                    model.path());
        }
        for (var name : absent) {
            out.printf(
                    "%-28s %-8s %-12s %9s  not fetched (%s): ./suffice models pull %s%n",
                    name.name(), "pip", name.version(), ByteSize.text(name.bytes()), name.about(), name.name());
        }
    }

    private void printJson(List<LocalModel> models, List<ShortName> absent) {
        var report = Json.object();
        var list = report.putArray("models");
        for (var model : models) {
            list.addObject()
                    .put("name", model.name())
                    .put("source", source(model))
                    .put("fetched", true)
                    .put("revision", model.revision())
                    .put("bytes", model.bytes())
                    .put(model.isFile() ? "file" : "folder", model.path().toString());
        }
        for (var name : absent) {
            list.addObject()
                    .put("name", name.name())
                    .put("source", "pip")
                    .put("fetched", false)
                    .put("revision", name.version())
                    .put("bytes", name.bytes());
        }
        spec.commandLine().getOut().println(Json.text(report));
    }

    private static String source(LocalModel model) {
        return model.source().name().toLowerCase(Locale.ROOT);
    }

    /** Commits are told apart by their first 12 digits. */
    static String shortened(String revision) {
        return revision.length() > 12 ? revision.substring(0, 12) : revision;
    }
}
