package dev.suffice.diffusion;

import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.models.family.AutoencoderConfig;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.UNetConfig;
import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.OperatorSet;
import java.nio.file.Path;
import java.util.function.Function;

/** The networks of a model: what is known of them without opening one, and how they are opened. Immutable. */
sealed interface Networks permits BuiltNetworks, ExportedNetworks, ProbedNetworks {
    /** Those of a model's folder, as they were exported or to be built for an engine. */
    static Networks open(Path folder, String engine) {
        return ExportedNetworks.in(folder)
                ? ExportedNetworks.open(folder, engine)
                : BuiltNetworks.open(folder, OperatorSet.of(engine));
    }

    /** What the U-Net is like. */
    UNetConfig unet();

    /** Where that was read from. */
    Config unetSource();

    /** What the autoencoder is like. */
    AutoencoderConfig autoencoder();

    /** Whether the U-Net can be opened in parts, of which the deep one can be left out. */
    boolean divisible();

    /** Whether rows of a call of the U-Net may be computed apart from each other. */
    boolean separable();

    /**
     * Opens the U-Net for latents of a size.
     *
     * @param open opens a graph
     * @param tokens of the prompts' encodings
     * @param divide in parts; only if it is {@link #divisible()}
     */
    UnetSessions openUnet(
            Function<Graph, Session> open, int height, int width, int tokens, Padding padding, boolean divide);

    /** Opens the decoder for latents of a size: {@code latents} to {@code sample}. */
    CountedSession openDecoder(Function<Graph, Session> open, int height, int width, Padding padding);

    /** Opens the encoder for pictures of a size: {@code sample} to {@code mean} and {@code logvar}. */
    CountedSession openEncoder(Function<Graph, Session> open, int height, int width, Padding padding);
}
