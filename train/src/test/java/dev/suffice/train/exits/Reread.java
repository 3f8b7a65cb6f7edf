package dev.suffice.train.exits;

import dev.suffice.train.files.Safetensors;
import dev.suffice.train.loop.Checkpoint;
import dev.suffice.train.nn.Dropout;
import dev.suffice.train.nn.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/** A written classifier, read back into a network. */
final class Reread {
    private Reread() {}

    /** The network of a result's folder; every parameter must be in its files. */
    static ExitNetwork network(Path folder, ExitBase base, ExitData data, ExitTrainingOptions options)
            throws IOException {
        var network = new ExitNetwork(base.config(), data.task(), data.labels().size(), options);
        network.allocate(base.weights(), 99);
        var tensors = new HashMap<String, Safetensors.Values>();
        for (String file : List.of("exits.safetensors", "model.safetensors", "adapter_model.safetensors")) {
            if (Files.exists(folder.resolve(file))) {
                tensors.putAll(Safetensors.read(folder.resolve(file)).tensors());
            }
        }
        String prefix = options.tuning() instanceof Tuning.Full ? "" : "base_model.model.";
        for (Parameter parameter : network.all()) {
            String name = parameter.name();
            String stored =
                    name.startsWith("exits.") ? name : prefix + (name.startsWith("classifier.") ? "" : "bert.") + name;
            var values = tensors.remove(stored);
            if (values == null) {
                throw new IOException(folder + ": no tensor " + stored);
            }
            parameter.write(values.values());
        }
        if (!tensors.isEmpty()) {
            throw new IOException(folder + ": tensors that belong nowhere: " + tensors.keySet());
        }
        return network;
    }

    /** The logits of all heads on examples, [heads, rows, labels]. */
    static float[] logits(ExitNetwork network, List<ExitExample> examples, ExitTask task) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            var batch = LabelledBatch.of(examples, task, 0);
            return Checkpoint.values(network.logits(network.states(batch, network.layers(), Dropout.NONE)));
        }
    }
}
