package dev.suffice.diffusion;

import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.models.family.AutoencoderConfig;
import dev.suffice.models.family.AutoencoderKl;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.UNet2DCondition;
import dev.suffice.models.family.UNetConfig;
import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Function;

/** Networks that are built from the weights of a folder in diffusers' layout; they can be cut, and wrap around. */
record BuiltNetworks(UNet2DCondition network, AutoencoderKl kl, OperatorSet operators) implements Networks {
    /**
     * Reads their configurations and the headers of their weights.
     *
     * @param folder of the model
     */
    static BuiltNetworks open(Path folder, OperatorSet operators) {
        return new BuiltNetworks(
                UNet2DCondition.open(folder.resolve("unet")), AutoencoderKl.open(folder.resolve("vae")), operators);
    }

    @Override
    public UNetConfig unet() {
        return network.config();
    }

    @Override
    public Config unetSource() {
        return network.source();
    }

    @Override
    public AutoencoderConfig autoencoder() {
        return kl.outside();
    }

    @Override
    public boolean divisible() {
        return network.deepCuts().isPresent();
    }

    @Override
    public boolean separable() {
        return true;
    }

    @Override
    public UnetSessions openUnet(
            Function<Graph, Session> open, int height, int width, int tokens, Padding padding, boolean divide) {
        var built = network.network(operators, height, width, tokens, padding);
        var text = built.hasSegment(Network.START, UNet2DCondition.TEXT)
                ? Optional.of(CountedSession.open(open, built.segment(Network.START, UNet2DCondition.TEXT)))
                : Optional.<CountedSession>empty();
        var cuts = new ArrayList<String>();
        cuts.add(UNet2DCondition.TEXT);
        if (divide) {
            var deep = network.deepCuts().orElseThrow();
            cuts.add(deep.from());
            cuts.add(deep.to());
        }
        cuts.add(Network.END);
        var parts = new ArrayList<CountedSession>();
        for (int i = 0; i + 1 < cuts.size(); i++) {
            parts.add(CountedSession.open(open, built.segment(cuts.get(i), cuts.get(i + 1))));
        }
        return new UnetSessions(
                text.map(CountedSession::session),
                parts.stream().map(CountedSession::session).toList(),
                parts.stream().map(CountedSession::flops).toList(),
                text.map(CountedSession::flops).orElse(0L));
    }

    @Override
    public CountedSession openDecoder(Function<Graph, Session> open, int height, int width, Padding padding) {
        return CountedSession.open(
                open, kl.decoder(operators, height, width, padding).graph());
    }

    @Override
    public CountedSession openEncoder(Function<Graph, Session> open, int height, int width, Padding padding) {
        return CountedSession.open(
                open, kl.encoder(operators, height, width, padding).graph());
    }
}
