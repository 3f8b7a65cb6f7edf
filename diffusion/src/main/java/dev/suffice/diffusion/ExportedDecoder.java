package dev.suffice.diffusion;

import dev.suffice.engine.Session;
import dev.suffice.engine.Tensor;
import java.util.Map;

/** An exported decoder. */
final class ExportedDecoder extends ExportedSession {
    private final String latents;
    private final String sample;

    ExportedDecoder(Session session) {
        super(session);
        this.latents = name(session.inputs(), "latent_sample", "latents");
        this.sample = name(session.outputs(), "sample");
    }

    @Override
    public void run(Map<String, Tensor> given, Map<String, Tensor> wanted) {
        session().run(renamed(given, "latents", latents), renamed(wanted, "sample", sample));
    }
}
