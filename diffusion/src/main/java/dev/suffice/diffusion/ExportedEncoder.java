package dev.suffice.diffusion;

import dev.suffice.core.SufficeException;
import dev.suffice.engine.Session;
import dev.suffice.engine.Tensor;
import java.util.List;
import java.util.Map;

/** An exported encoder: mean and logarithm of the variance are one output, one behind the other. */
final class ExportedEncoder extends ExportedSession {
    private final String sample;
    private final String parameters;
    private final int channels;

    /**
     * @param channels of the latents
     */
    ExportedEncoder(Session session, int channels) {
        super(session);
        this.sample = name(session.inputs(), "sample");
        this.parameters = name(session.outputs(), "latent_parameters", "latent_sample");
        this.channels = channels;
    }

    @Override
    public void run(Map<String, Tensor> given, Map<String, Tensor> wanted) {
        var made = session().run(renamed(given, "sample", sample), List.of(parameters));
        try (var both = made.get(parameters)) {
            if (both == null || both.shape().rank() != 4 || both.shape().size(1) != 2L * channels) {
                throw new SufficeException(
                        "vae_encoder: an exported network that gives %s: expected mean and variance of %d channels each"
                                .formatted(both, channels));
            }
            // The memory of one picture has all channels of the mean, then all of the variance.
            long half = both.data().byteSize() / 2;
            copy(wanted, "mean", both, 0, half);
            copy(wanted, "logvar", both, half, half);
        }
    }

    private static void copy(Map<String, Tensor> wanted, String name, Tensor both, long from, long bytes) {
        var target = wanted.get(name);
        if (target != null) {
            target.data().copyFrom(both.data().asSlice(from, bytes));
        }
    }
}
