package dev.suffice.diffusion;

import dev.suffice.core.SufficeException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Session;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An exported U-Net: one timestep for all rows, as a number or a list of one; where it is a whole number, timesteps between two of them become the lower one, as in the libraries that export
 * such networks.
 */
final class ExportedUnet extends ExportedSession {
    private static final String TIMESTEP = "timestep";

    private final TensorSpec timestep;
    private final String prediction;

    ExportedUnet(Session session) {
        super(session);
        this.timestep = session.inputs().stream()
                .filter(spec -> spec.name().equals(TIMESTEP))
                .findFirst()
                .orElseThrow(() -> new SufficeException("unet: an exported network without an input timestep"));
        this.prediction = name(session.outputs(), "out_sample", "noise_pred");
    }

    @Override
    public void run(Map<String, Tensor> given, Map<String, Tensor> wanted) {
        var inputs = new HashMap<>(given);
        var times = Objects.requireNonNull(inputs.get(TIMESTEP), TIMESTEP);
        try (var time = time(times.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0))) {
            inputs.put(TIMESTEP, time);
            session().run(inputs, renamed(wanted, "noise_pred", prediction));
        }
    }

    private Tensor time(float value) {
        var shape = timestep.sizes().isEmpty() ? Shape.of() : Shape.of(1);
        var tensor = Tensor.allocate(timestep.type(), shape);
        switch (timestep.type()) {
            case ElementType.FLOAT32 -> tensor.data().set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, value);
            case ElementType.INT64 -> tensor.data().set(ValueLayout.JAVA_LONG_UNALIGNED, 0, (long) value);
            case ElementType.INT32 -> tensor.data().set(ValueLayout.JAVA_INT_UNALIGNED, 0, (int) value);
            default -> {
                tensor.close();
                throw new SufficeException(
                        "unet: timesteps of type %s: expected FLOAT32, INT64 or INT32".formatted(timestep.type()));
            }
        }
        return tensor;
    }
}
