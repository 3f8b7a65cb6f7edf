package dev.suffice.cli;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.depthfusion.DepthDirection;
import dev.suffice.depthfusion.DepthLayout;
import dev.suffice.depthfusion.ProjectionChoice;
import dev.suffice.depthfusion.Results;
import dev.suffice.depthfusion.Scene;
import dev.suffice.depthfusion.SceneSource;
import dev.suffice.depthfusion.resample.Surround;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to show or export, and how to read it: shared by the commands that do so. */
final class SceneOptions {
    @Parameters(
            arity = "0..1",
            paramLabel = "DIR|IMAGE",
            description = "A picture with its depth map, or a folder of results: its newest one.")
    private Path what = Path.of("out");

    @Option(names = "--all", description = "Every result in the folder.")
    private boolean all;

    @Option(names = "--depth", paramLabel = "FILE", description = "The depth map; NAME-depth.png unless given.")
    private @Nullable Path depth;

    @Option(
            names = "--layout",
            paramLabel = "separate|side-by-side|top-bottom",
            description = "Where the depth map is: in a file, or in the right or lower half of the picture.")
    private String layout = DepthLayout.SEPARATE.label();

    @Option(names = "--depth-is", paramLabel = "nearer|farther", description = "What brighter depth values are.")
    private String direction = DepthDirection.NEARER.label();

    @Option(
            names = "--projection",
            paramLabel = "auto|perspective|panorama",
            description = "auto: what the sidecar says, or a panorama if twice as wide as high.")
    private String projection = ProjectionChoice.AUTO.label();

    @Option(
            names = "--fov",
            paramLabel = "DEGREES",
            description = "Vertical field of view of a perspective picture; 60 unless given.")
    private @Nullable Double fieldOfView;

    @Option(names = "--near", paramLabel = "METRES", description = "Distance of the nearest depth value.")
    private @Nullable Double near;

    @Option(names = "--far", paramLabel = "METRES", description = "Distance of the farthest depth value.")
    private @Nullable Double far;

    @Option(
            names = "--surround",
            description = "Extend a perspective picture softly to all sides, so that one can look around.")
    private boolean surround;

    /** A source's scene, extended to all sides if that was asked for. */
    Scene scene(SceneSource source) {
        var scene = source.read();
        return surround ? Surround.of(scene) : scene;
    }

    /** The pictures asked for. */
    List<SceneSource> sources() {
        if (!Files.exists(what)) {
            throw new InvalidRequestException(
                    "%s: no such picture or folder; make a picture with ./suffice imagine".formatted(what));
        }
        if (!Files.isDirectory(what)) {
            if (all) {
                throw new InvalidRequestException("--all with %s: must go with a folder".formatted(what));
            }
            return List.of(source(what));
        }
        if (depth != null) {
            throw new InvalidRequestException(
                    "--depth %s with the folder %s: must go with a picture".formatted(depth, what));
        }
        var results = Results.in(what);
        return (all ? results : results.subList(0, 1))
                .stream().map(this::source).toList();
    }

    private SceneSource source(Path picture) {
        return new SceneSource(
                picture,
                Optional.ofNullable(depth),
                choice("--layout", layout, DepthLayout.values()),
                choice("--depth-is", direction, DepthDirection.values()),
                choice("--projection", projection, ProjectionChoice.values()),
                optional(fieldOfView),
                optional(near),
                optional(far));
    }

    private static <E extends Enum<E>> E choice(String option, String value, E[] choices) {
        for (var choice : choices) {
            if (choice.toString().equals(value.toLowerCase(Locale.ROOT))) {
                return choice;
            }
        }
        throw new InvalidRequestException("%s %s: must be one of %s"
                .formatted(
                        option,
                        value,
                        Arrays.stream(choices).map(Enum::toString).collect(Collectors.joining(", "))));
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
