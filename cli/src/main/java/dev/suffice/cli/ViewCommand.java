package dev.suffice.cli;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.SceneSource;
import dev.suffice.depthfusion.ViewerPage;
import dev.suffice.image.FileSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Pictures with depth as pages to walk into. */
@Command(
        name = "view",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Makes a page that shows a picture with depth as a place to look around in, and opens it.",
        footer = {
            "",
            "The page is one file that needs no network: NAME.html beside the picture.",
            "Example: ./suffice view out",
            "Example: ./suffice view photo.jpg --depth photo-depth.png --depth-is farther --fov 45"
        })
final class ViewCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private SceneOptions scenes = new SceneOptions();

    @Option(
            names = "--out",
            paramLabel = "FILE|DIR",
            description = "The page, or a folder for it; beside the picture unless given.")
    private @Nullable Path out;

    @Option(names = "--no-open", description = "Do not open the page.")
    private boolean closed;

    @Option(names = "--json", description = "Print one JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        var sources = scenes.sources();
        if (sources.size() > 1 && out != null && isPage(out)) {
            throw new InvalidRequestException("--out %s: must be a folder for %d pages".formatted(out, sources.size()));
        }
        var report = Json.object();
        var pages = report.putArray("pages");
        var written = new ArrayList<Path>();
        for (var source : sources) {
            var scene = LayeredScene.of(scenes.scene(source));
            var page = write(scene, target(source));
            written.add(page);
            pages.addObject()
                    .put("page", page.toString())
                    .put("picture", source.picture().toString())
                    .put("triangles", scene.triangles())
                    .put("safe_radius_metres", scene.safeRadius());
            if (!json) {
                spec.commandLine().getOut().println(page);
            }
        }
        if (json) {
            spec.commandLine().getOut().println(Json.text(report));
        }
        if (!closed) {
            new Browser()
                    .open(
                            written.getFirst().toAbsolutePath().normalize().toUri(),
                            spec.commandLine().getErr());
        }
        return 0;
    }

    /** Writes the page of a scene and returns where it lies. */
    static Path write(LayeredScene scene, Path page) throws IOException {
        var folder = page.toAbsolutePath().getParent();
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new SufficeException(
                    "output folder %s: cannot be written: %s; choose another with --out"
                            .formatted(folder, FileSet.reason(e)),
                    e);
        }
        new FileSet().write(Map.of(page, ViewerPage.html(scene)));
        return page;
    }

    /** Where the page of a picture goes: beside it. */
    static Path beside(Path picture) {
        return picture.resolveSibling(stem(picture) + ".html");
    }

    /** A file's name without its ending. */
    static String stem(Path file) {
        var name = file.getFileName().toString();
        var dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    private Path target(SceneSource source) {
        var page = beside(source.picture());
        if (out == null) {
            return page;
        }
        return isPage(out) ? out : out.resolve(page.getFileName());
    }

    private static boolean isPage(Path path) {
        var name = path.toString();
        return !Files.isDirectory(path) && (name.endsWith(".html") || name.endsWith(".htm"));
    }
}
