package dev.suffice.diffusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.models.family.AutoencoderConfig;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.UNetConfig;
import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.ExportedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Networks that Optimum or Optimum-Intel has exported, each whole in one file: {@code unet}, {@code vae_decoder} and {@code vae_encoder}, with the configurations beside them. They cannot be cut,
 * nor wrap around, and their operations are not counted.
 *
 * @param folder of the model
 * @param engine name of the engine that will run them
 */
record ExportedNetworks(Path folder, String engine, Config unetSource, UNetConfig unet, AutoencoderConfig autoencoder)
        implements Networks {
    private static final String UNET = "unet";
    private static final String DECODER = "vae_decoder";
    private static final String ENCODER = "vae_encoder";

    /** Whether a model's folder has exported networks. */
    static boolean in(Path folder) {
        return ExportedFile.in(folder.resolve(UNET));
    }

    /** Reads their configurations. */
    static ExportedNetworks open(Path folder, String engine) {
        var source = Config.read(folder.resolve(UNET).resolve("config.json"));
        return new ExportedNetworks(folder, engine, source, UNetConfig.of(source), AutoencoderConfig.ofModel(folder));
    }

    @Override
    public boolean divisible() {
        return false;
    }

    @Override
    public boolean separable() {
        return false;
    }

    @Override
    public UnetSessions openUnet(
            Function<Graph, Session> open, int height, int width, int tokens, Padding padding, boolean divide) {
        var session = new ExportedUnet(open(open, UNET, padding));
        return new UnetSessions(Optional.empty(), List.of(session), List.of(0L), 0);
    }

    @Override
    public CountedSession openDecoder(Function<Graph, Session> open, int height, int width, Padding padding) {
        return new CountedSession(new ExportedDecoder(open(open, DECODER, padding)), 0);
    }

    @Override
    public CountedSession openEncoder(Function<Graph, Session> open, int height, int width, Padding padding) {
        return new CountedSession(new ExportedEncoder(open(open, ENCODER, padding), autoencoder.latentChannels()), 0);
    }

    private Session open(Function<Graph, Session> open, String part, Padding padding) {
        if (padding == Padding.WRAP) {
            throw new InvalidRequestException(
                    "model %s: exported networks cannot wrap around; panoramas need the model's own weights"
                            .formatted(folder));
        }
        return open.apply(graph(folder, part, engine));
    }

    /** The exported network of a part. */
    static Graph graph(Path folder, String part, String engine) {
        return ExportedFile.find(folder.resolve(part), part, engine)
                .orElseThrow(() -> new SufficeException(
                        "model %s: has no exported network in %s: expected model.onnx or openvino_model.xml"
                                .formatted(folder, part)));
    }
}
