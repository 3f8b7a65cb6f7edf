package dev.suffice.cli;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.export.ExportFiles;
import dev.suffice.depthfusion.export.Exports;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Pictures with depth as files for other tools. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Writes a picture with depth in formats of other tools.",
        footer = {
            "",
            "--list says which formats there are.",
            "Example: ./suffice export out --format glb,ply,splat,obj,exr,touchdesigner"
        })
final class ExportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private SceneOptions scenes = new SceneOptions();

    @Option(names = "--format", paramLabel = "NAME[,NAME...]", description = "What to write.")
    private @Nullable String formats;

    @Option(names = "--list", description = "List the formats and do nothing else.")
    private boolean list;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the files; beside the picture unless given.")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print one JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() {
        if (list) {
            printFormats();
            return 0;
        }
        if (formats == null) {
            throw new InvalidRequestException(
                    "no format: say which with --format, e.g. --format glb; --list says which there are");
        }
        var exports = Exports.listed(formats);
        var report = Json.object();
        var files = report.putArray("files");
        for (var source : scenes.sources()) {
            var scene = LayeredScene.of(scenes.scene(source));
            var folder = out == null ? source.picture().resolveSibling("") : out;
            for (var export : exports) {
                var written = ExportFiles.write(scene, export, folder, ViewCommand.stem(source.picture()));
                for (var file : written) {
                    files.addObject()
                            .put("format", export.name())
                            .put("picture", source.picture().toString())
                            .put("file", file.toString());
                }
                if (!json) {
                    spec.commandLine()
                            .getOut()
                            .println(
                                    written.size() == 1
                                            ? written.getFirst().toString()
                                            : "%s and %d more".formatted(written.getFirst(), written.size() - 1));
                }
            }
        }
        if (json) {
            spec.commandLine().getOut().println(Json.text(report));
        }
        return 0;
    }

    private void printFormats() {
        var console = spec.commandLine().getOut();
        if (json) {
            var report = Json.object();
            var all = report.putArray("formats");
            for (var export : Exports.all()) {
                all.addObject()
                        .put("name", export.name())
                        .put("extension", export.extension())
                        .put("description", export.description());
            }
            console.println(Json.text(report));
            return;
        }
        for (var export : Exports.all()) {
            console.println("%-14s %s".formatted(export.name(), export.description()));
        }
    }
}
