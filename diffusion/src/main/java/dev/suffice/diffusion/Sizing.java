package dev.suffice.diffusion;

import dev.suffice.core.InvalidRequestException;
import java.util.Optional;

/**
 * How large an image becomes, and how large it is while it is denoised.
 *
 * @param result pixels of the finished image
 * @param scale how many times as wide and high the upscaler makes it; 1 without it
 */
record Sizing(ImageSize result, int scale) {
    /**
     * A model, as far as sizes go.
     *
     * @param name for messages
     * @param size of images that it is made for
     * @param panoramaSize the same of panoramas
     * @param reduction of its autoencoder
     * @param scale of its upscaler, 1 if it has none
     * @param enlarges whether its upscaler is used unless something else is asked for
     * @param enlargesPanoramas the same of panoramas
     */
    record Model(
            String name,
            ImageSize size,
            ImageSize panoramaSize,
            int reduction,
            int scale,
            boolean enlarges,
            boolean enlargesPanoramas) {
        ImageSize natural(boolean panorama) {
            return panorama ? panoramaSize : size;
        }

        /** Of images that are asked for without a size. */
        ImageSize usual(boolean panorama) {
            return (panorama ? enlargesPanoramas : enlarges) ? natural(panorama).times(scale) : natural(panorama);
        }
    }

    /**
     * The sizes of a request.
     *
     * @throws InvalidRequestException if the model cannot make that size
     */
    static Sizing of(ImageRequest request, Model model) {
        if (request.enlarge().orElse(false) && model.scale() == 1) {
            throw new InvalidRequestException(
                    "model %s: has no upscaler to enlarge images with; leave --enlarge out".formatted(model.name()));
        }
        var asked = request.size().or(() -> request.lowResolution().map(Sizing::doubled));
        var natural = model.natural(request.panorama());
        int scale = request.enlarge()
                        .orElseGet(() -> asked.map(size -> beyond(size, natural, model))
                                .orElse(request.panorama() ? model.enlargesPanoramas() : model.enlarges()))
                ? model.scale()
                : 1;
        var sizing = new Sizing(asked.orElse(natural.times(scale)), scale);
        sizing.check(request, model);
        return sizing;
    }

    /** A size that only the upscaler makes well. */
    private static boolean beyond(ImageSize size, ImageSize natural, Model model) {
        int multiple = model.scale() * model.reduction();
        return model.scale() > 1
                && size.width() >= model.scale() * natural.width()
                && size.height() >= model.scale() * natural.height()
                && size.width() % multiple == 0
                && size.height() % multiple == 0;
    }

    private void check(ImageRequest request, Model model) {
        int multiple = model.reduction() * scale;
        if (result.width() % multiple != 0 || result.height() % multiple != 0) {
            throw new InvalidRequestException("size %s: width and height must be multiples of %d, %s"
                    .formatted(
                            result,
                            multiple,
                            scale == 1
                                    ? "the reduction of this model's autoencoder"
                                    : "the reduction of this model's autoencoder times the scale of its upscaler"));
        }
        if (request.panorama() && result.width() != 2 * result.height()) {
            throw new InvalidRequestException(
                    "size %s: a panorama is twice as wide as high, e.g. %s".formatted(result, model.usual(true)));
        }
    }

    private static ImageSize doubled(LowResolutionImage low) {
        return new ImageSize(2 * low.image().width(), 2 * low.image().height());
    }

    /** Pixels while it is denoised. */
    ImageSize denoised() {
        return new ImageSize(result.width() / scale, result.height() / scale);
    }

    /** What a report says of it. */
    Optional<String> decision() {
        return scale == 1
                ? Optional.empty()
                : Optional.of("denoised at %s, then enlarged %d times".formatted(denoised(), scale));
    }
}
