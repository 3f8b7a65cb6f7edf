package dev.suffice.diffusion;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Session;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.image.RgbdImage;
import dev.suffice.models.family.RgbdUpscaler;
import java.util.Map;

/**
 * Makes pictures larger.
 *
 * @param upscaler what it is like
 * @param session of its network for pictures of one size
 */
record Enlarger(RgbdUpscaler upscaler, Session session) {
    /** A picture of the session's size to a larger one. */
    RgbdImage enlarge(RgbdImage image) {
        var coding = DepthCoding.ofChannels(upscaler.channels());
        int width = upscaler.scale() * image.width();
        int height = upscaler.scale() * image.height();
        var channels = new float[coding.channels() * image.width() * image.height()];
        coding.toChannels(image, channels, 0);
        try (var input = Tensor.of(channels, Shape.of(1, coding.channels(), image.height(), image.width()));
                var output = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, coding.channels(), height, width))) {
            session.run(Map.of("sample", input), Map.of("enlarged", output));
            return coding.toImage(output.toFloatArray(), 0, width, height, image.depthScale());
        }
    }
}
