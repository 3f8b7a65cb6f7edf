package dev.suffice.diffusion;

import dev.suffice.core.SufficeException;
import dev.suffice.engine.ForwardingSession;
import dev.suffice.engine.Session;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An exported network under the names that ours have. Thread-safe, as the session is. */
abstract class ExportedSession extends ForwardingSession {
    ExportedSession(Session session) {
        super(session);
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> given, List<String> wanted) {
        throw new UnsupportedOperationException("outputs of exported networks go into the caller's memory");
    }

    /** The name of the only input or output, or of the one of these names. */
    static String name(List<TensorSpec> specs, String... names) {
        for (var name : names) {
            if (specs.stream().anyMatch(spec -> spec.name().equals(name))) {
                return name;
            }
        }
        if (specs.size() == 1) {
            return specs.getFirst().name();
        }
        throw new SufficeException("an exported network has %s: expected one of %s"
                .formatted(specs.stream().map(TensorSpec::name).toList(), List.of(names)));
    }

    /** With another name for one of them. */
    static Map<String, Tensor> renamed(Map<String, Tensor> tensors, String from, String to) {
        var renamed = new HashMap<>(tensors);
        var tensor = renamed.remove(from);
        if (tensor != null) {
            renamed.put(to, tensor);
        }
        return renamed;
    }
}
