package dev.suffice.diffusion;

import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.models.family.AutoencoderConfig;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.ProbedNetwork;
import dev.suffice.models.family.UNetConfig;
import dev.suffice.models.folder.Config;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Networks whose layers are measured while they make pictures; the U-Net is in one part.
 *
 * @param unetMeter hears of every run of the U-Net
 * @param decoderMeter hears of every run of the decoder
 */
record ProbedNetworks(BuiltNetworks built, LayerMeter unetMeter, LayerMeter decoderMeter) implements Networks {
    @Override
    public UNetConfig unet() {
        return built.unet();
    }

    @Override
    public Config unetSource() {
        return built.unetSource();
    }

    @Override
    public AutoencoderConfig autoencoder() {
        return built.autoencoder();
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
        var probed = built.network().probed(built.operators(), height, width, tokens, padding);
        var opened = open(open, probed, unetMeter);
        return new UnetSessions(Optional.empty(), List.of(opened.session()), List.of(opened.flops()), 0);
    }

    @Override
    public CountedSession openDecoder(Function<Graph, Session> open, int height, int width, Padding padding) {
        return open(open, built.kl().probedDecoder(built.operators(), height, width, padding), decoderMeter);
    }

    @Override
    public CountedSession openEncoder(Function<Graph, Session> open, int height, int width, Padding padding) {
        return built.openEncoder(open, height, width, padding);
    }

    private static CountedSession open(Function<Graph, Session> open, ProbedNetwork probed, LayerMeter meter) {
        return new CountedSession(
                MeteredSession.open(open, probed, meter), probed.network().flops());
    }
}
