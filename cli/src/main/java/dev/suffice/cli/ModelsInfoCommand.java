package dev.suffice.cli;

import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.ModelSummary;
import dev.suffice.models.store.ByteSize;
import dev.suffice.models.store.LocalModel;
import dev.suffice.models.store.ModelStore;
import java.nio.file.Files;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a model is. */
@Command(name = "info", mixinStandardHelpOptions = true, description = "Tells what a model is made of.")
final class ModelsInfoCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME|DIR|FILE",
            description = "A model that is here, by name or path (./suffice models list).")
    private String name = "";

    @Option(names = "--json", description = "Print one JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() {
        var model = ModelStore.of(Installation.home()).find(name);
        var summary = ModelSummary.of(model.path());
        if (json) {
            printJson(model, summary);
        } else {
            print(model, summary);
        }
        return 0;
    }

    private void print(LocalModel model, ModelSummary summary) {
        var out = spec.commandLine().getOut();
        out.printf("%s: %s%n", model.path(), summary.architecture());
        line("type", summary.type());
        line("network", summary.exported());
        line("revision", model.revision());
        line("parameters", summary.parameters() < 0 ? "" : parameters(summary.parameters()));
        line("weights", summary.quantisation());
        line("context", summary.contextLength() == 0 ? "" : summary.contextLength() + " tokens");
        line("licence", summary.licence());
        line("on disk", ByteSize.text(summary.bytes()));
        for (var part : summary.parts()) {
            out.printf(
                    "  %-16s %12s  %s%n",
                    part.name(),
                    ByteSize.text(part.bytes()),
                    part.parameters() > 0 ? parameters(part.parameters()) + " parameters" : "");
        }
    }

    private void line(String what, String value) {
        if (!value.isEmpty()) {
            spec.commandLine().getOut().printf("%-12s %s%n", what, value);
        }
    }

    private void printJson(LocalModel model, ModelSummary summary) {
        var report = Json.object()
                .put("name", model.name())
                .put("source", model.source().name().toLowerCase(Locale.ROOT))
                .put("revision", model.revision())
                .put(model.isFile() ? "file" : "folder", model.path().toString())
                .put("architecture", summary.architecture());
        if (!summary.type().isEmpty()) {
            report.put("model_type", summary.type());
        }
        if (!summary.exported().isEmpty()) {
            report.put("network", summary.exported());
        }
        if (summary.parameters() >= 0) {
            report.put("parameters", summary.parameters());
        }
        if (!summary.quantisation().isEmpty()) {
            report.put("weights", summary.quantisation());
        }
        if (summary.contextLength() > 0) {
            report.put("context_length", summary.contextLength());
        }
        if (!summary.licence().isEmpty()) {
            report.put("licence", summary.licence());
        }
        report.put("total_bytes", summary.bytes());
        var index = model.path().resolve("model_index.json");
        if (Files.isRegularFile(index)) {
            report.set("model_index", Config.read(index).json());
        }
        var parts = report.putObject("bytes");
        summary.parts().forEach(part -> parts.put(part.name(), part.bytes()));
        spec.commandLine().getOut().println(Json.text(report));
    }

    /** Counts as people read them. */
    static String parameters(long count) {
        if (count < 1000) {
            return Long.toString(count);
        }
        if (count < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f thousand", count / 1e3);
        }
        return count < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f million", count / 1e6)
                : String.format(Locale.ROOT, "%.2f billion", count / 1e9);
    }
}
