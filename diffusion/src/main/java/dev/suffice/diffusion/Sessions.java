package dev.suffice.diffusion;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.SideBySideSession;
import dev.suffice.engine.Tensor;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.RgbdUpscaler;
import dev.suffice.models.onnx.OperatorSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The networks of a model, opened at the sizes that runs ask for and kept. Thread-safe. */
final class Sessions implements AutoCloseable {
    private enum Part {
        DECODER,
        ENCODER,
        UPSCALER
    }

    private record Key(Part part, int height, int width, Padding padding) {}

    private record UnetKey(int height, int width, Padding padding, boolean divided, boolean paired) {}

    private final Engine engine;
    private final SessionOptions options;
    private final OperatorSet operators;
    private final Networks networks;
    private final Optional<RgbdUpscaler> upscaler;
    private final int tokens;
    private final Map<Key, CountedSession> opened = new LinkedHashMap<>();
    private final Map<UnetKey, UnetSessions> unets = new LinkedHashMap<>();

    Sessions(
            Engine engine,
            SessionOptions options,
            OperatorSet operators,
            Networks networks,
            Optional<RgbdUpscaler> upscaler,
            int tokens) {
        this.engine = engine;
        this.options = options;
        this.operators = operators;
        this.networks = networks;
        this.upscaler = upscaler;
        this.tokens = tokens;
    }

    /**
     * The U-Net at a size.
     *
     * @param divide so that its deep part can be left out, if it has one
     * @param paired for calls that have two rows at least: half of them are computed beside the others
     */
    synchronized UnetSessions unet(int height, int width, Padding padding, boolean divide, boolean paired) {
        return unets.computeIfAbsent(
                new UnetKey(height, width, padding, divide && networks.divisible(), paired && networks.separable()),
                this::openUnet);
    }

    private UnetSessions openUnet(UnetKey key) {
        return networks.openUnet(
                key.paired ? graph -> SideBySideSession.open(engine, graph, options) : this::session,
                key.height,
                key.width,
                tokens,
                key.padding,
                key.divided);
    }

    long decoderFlops(int height, int width, Padding padding) {
        return openedDecoder(height, width, padding).flops();
    }

    long encoderFlops(int height, int width, Padding padding) {
        return openedEncoder(height, width, padding).flops();
    }

    /** Scaled latents [channels, height, width] to a picture. */
    RgbdImage decode(DepthCoding coding, DepthScale scale, float[] latents, int height, int width, Padding padding) {
        var session = openedDecoder(height, width, padding).session();
        var autoencoder = networks.autoencoder();
        var factor = autoencoder.reduction();
        var scaled = new float[latents.length];
        for (int i = 0; i < latents.length; i++) {
            scaled[i] = (float) (latents[i] / autoencoder.scalingFactor() + autoencoder.shiftFactor());
        }
        try (var input = Tensor.of(scaled, Shape.of(1, autoencoder.latentChannels(), height, width));
                var output = Tensor.allocate(
                        ElementType.FLOAT32,
                        Shape.of(1, autoencoder.outChannels(), (long) height * factor, (long) width * factor))) {
            session.run(Map.of("latents", input), Map.of("sample", output));
            return coding.toImage(output.toFloatArray(), 0, width * factor, height * factor, scale);
        }
    }

    /** A picture to the Gaussian of its latents. */
    LatentDistribution encode(DepthCoding coding, RgbdImage image, Padding padding) {
        var session = openedEncoder(image.height(), image.width(), padding).session();
        var autoencoder = networks.autoencoder();
        var factor = autoencoder.reduction();
        var channels = new float[coding.channels() * image.width() * image.height()];
        coding.toChannels(image, channels, 0);
        var latents = Shape.of(1, autoencoder.latentChannels(), image.height() / factor, image.width() / factor);
        try (var input = Tensor.of(channels, Shape.of(1, coding.channels(), image.height(), image.width()));
                var mean = Tensor.allocate(ElementType.FLOAT32, latents);
                var logVariance = Tensor.allocate(ElementType.FLOAT32, latents)) {
            session.run(Map.of("sample", input), Map.of("mean", mean, "logvar", logVariance));
            return new LatentDistribution(mean.toFloatArray(), logVariance.toFloatArray());
        }
    }

    /** Of one picture of that size. */
    long upscalerFlops(int height, int width, Padding padding) {
        return openedUpscaler(height, width, padding).flops();
    }

    /** A picture to a larger one. The model must have an upscaler. */
    RgbdImage enlarge(RgbdImage image, Padding padding) {
        var session = openedUpscaler(image.height(), image.width(), padding).session();
        return new Enlarger(upscaler.orElseThrow(), session).enlarge(image);
    }

    private Session session(Graph graph) {
        return engine.open(graph, options);
    }

    private CountedSession openedDecoder(int height, int width, Padding padding) {
        return open(
                new Key(Part.DECODER, height, width, padding),
                () -> networks.openDecoder(this::session, height, width, padding));
    }

    private CountedSession openedEncoder(int height, int width, Padding padding) {
        return open(
                new Key(Part.ENCODER, height, width, padding),
                () -> networks.openEncoder(this::session, height, width, padding));
    }

    private CountedSession openedUpscaler(int height, int width, Padding padding) {
        return open(
                new Key(Part.UPSCALER, height, width, padding),
                () -> CountedSession.open(
                        this::session,
                        upscaler.orElseThrow()
                                .network(operators, height, width, padding)
                                .graph()));
    }

    private synchronized CountedSession open(Key key, Supplier<CountedSession> opening) {
        var present = opened.get(key);
        if (present != null) {
            return present;
        }
        var added = opening.get();
        opened.put(key, added);
        return added;
    }

    @Override
    public synchronized void close() {
        opened.values().forEach(o -> o.session().close());
        opened.clear();
        for (var one : unets.values()) {
            one.text().ifPresent(Session::close);
            one.parts().forEach(Session::close);
        }
        unets.clear();
    }
}
