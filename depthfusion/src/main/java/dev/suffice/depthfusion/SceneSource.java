package dev.suffice.depthfusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdFiles;
import dev.suffice.image.RgbdImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A picture with depth on disk and how to read it. For results of {@code imagine}, {@link #of} alone is enough.
 *
 * @param picture the colours: PNG, JPEG or another picture that the platform reads
 * @param depth the depth map, if it is neither {@code NAME-depth.png} beside the picture nor in it (portrait photos with Google's metadata)
 * @param layout where the depth map is
 * @param direction what larger depth values mean
 * @param projection how to find out the projection
 * @param fieldOfView of a perspective, vertical, degrees; 60 unless given
 * @param near metres of the nearest depth value, unless the sidecar's or a guess is wanted
 * @param far metres of the farthest depth value
 */
public record SceneSource(
        Path picture,
        Optional<Path> depth,
        DepthLayout layout,
        DepthDirection direction,
        ProjectionChoice projection,
        OptionalDouble fieldOfView,
        OptionalDouble near,
        OptionalDouble far) {
    /** Checks that the parts do not contradict each other. */
    public SceneSource {
        if (depth.isPresent() && layout != DepthLayout.SEPARATE) {
            throw new InvalidRequestException(
                    "depth map %s: must not be given with the layout %s, whose depth is in the picture"
                            .formatted(depth.get(), layout));
        }
    }

    /** A picture whose depth map {@code NAME-depth.png} lies beside it, and perhaps a sidecar. */
    public static SceneSource of(Path picture) {
        return new SceneSource(
                picture,
                Optional.empty(),
                DepthLayout.SEPARATE,
                DepthDirection.NEARER,
                ProjectionChoice.AUTO,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }

    /**
     * Reads it.
     *
     * @throws InvalidRequestException if a file cannot be read, is too large, or does not fit the others
     */
    public Scene read() {
        if (layout == DepthLayout.SEPARATE && !Files.exists(picture)) {
            throw new InvalidRequestException("image %s: no such file".formatted(picture));
        }
        var sidecar = SceneSidecar.beside(picture);
        if (layout == DepthLayout.SEPARATE && depth.isEmpty() && !Files.exists(beside())) {
            var portrait = PortraitPhoto.read(picture);
            if (portrait.isPresent()) {
                return portrait(portrait.get(), sidecar);
            }
        }
        var image = image(sidecar);
        return new Scene(image, projection(image, sidecar), mapping(image), metric(image), sidecar.provenance(picture));
    }

    private Path beside() {
        return picture.resolveSibling(SceneSidecar.stem(picture) + "-depth.png");
    }

    private Scene portrait(PortraitPhoto photo, SceneSidecar sidecar) {
        var image = DepthPair.read(picture, photo.depth(), DepthDirection.FARTHER);
        return new Scene(
                image,
                projection(image, sidecar),
                over(photo.mapping()),
                photo.metric() || (near.isPresent() && far.isPresent()),
                sidecar.provenance(picture));
    }

    private RgbdImage image(SceneSidecar sidecar) {
        if (direction == DepthDirection.NEARER && layout == DepthLayout.SEPARATE && depth.isEmpty()) {
            if (!Files.exists(beside())) {
                throw new InvalidRequestException(
                        "image %s: has no depth map, and %s does not exist; name one with --depth FILE, or use --layout if it is in the same picture"
                                .formatted(picture, beside()));
            }
            if (sidecar.known()) {
                return RgbdFiles.read(picture);
            }
        }
        return DepthPair.read(picture, depth.orElseGet(this::beside), layout, direction);
    }

    private Projection projection(RgbdImage image, SceneSidecar sidecar) {
        var twice = image.width() == 2 * image.height();
        var panorama = switch (projection) {
            case AUTO -> sidecar.panorama().orElse(twice);
            case PANORAMA -> true;
            case PERSPECTIVE -> false;
        };
        if (panorama) {
            if (!twice) {
                throw new InvalidRequestException(
                        "panorama %s is %dx%d: must be twice as wide as high; use --projection perspective if it is not a panorama"
                                .formatted(picture, image.width(), image.height()));
            }
            return new Projection.Equirectangular();
        }
        return new Projection.Perspective(
                fieldOfView.orElse(Projection.DEFAULT_FIELD_OF_VIEW), (double) image.width() / image.height());
    }

    private DepthMapping mapping(RgbdImage image) {
        var known = direction == DepthDirection.FARTHER
                ? new DepthMapping.Linear(
                        DepthMapping.relative().near(), DepthMapping.relative().far())
                : DepthMapping.of(image.depthScale());
        return over(known);
    }

    private DepthMapping over(DepthMapping known) {
        return near.isEmpty() && far.isEmpty() ? known : known.over(near.orElse(known.near()), far.orElse(known.far()));
    }

    private boolean metric(RgbdImage image) {
        return (near.isPresent() && far.isPresent()) || image.depthScale() instanceof DepthScale.Logarithmic;
    }
}
