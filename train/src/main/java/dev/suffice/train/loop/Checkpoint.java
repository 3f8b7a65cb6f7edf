package dev.suffice.train.loop;

import dev.suffice.train.files.Safetensors;
import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.Parameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Everything that a training stage needs to go on as if it had never stopped: weights, optimiser state, moving average (in the flat
 * layout of {@link Parameters}) and, as metadata, the counters that the random numbers and the order of the data derive from.
 *
 * @param file where it is, or will be
 */
public record Checkpoint(Path file) {
    private static final String LAYOUT = "layout";

    /** Writes the state atomically. */
    public void save(Parameters parameters, AdamW optimiser, Map<String, String> counters) throws IOException {
        var metadata = new LinkedHashMap<>(counters);
        metadata.put(LAYOUT, parameters.layout());
        metadata.put("optimiserSteps", Long.toString(optimiser.steps()));
        var entries = new ArrayList<>(List.of(
                entry("parameters", parameters.master()),
                entry("momentum", optimiser.momentum()),
                entry("variance", optimiser.variance())));
        if (optimiser.averages()) {
            entries.add(entry("average", optimiser.average()));
        }
        Safetensors.write(file, metadata, entries);
    }

    private static Safetensors.Entry entry(String name, Tensor flat) {
        return new Safetensors.Entry(name, Safetensors.Type.F32, new long[] {flat.numel()}, () -> values(flat));
    }

    /** A copy of a 32-bit tensor's values, which must lie without gaps. */
    public static float[] values(Tensor flat) {
        try (var _ = new PointerScope()) {
            float[] values = new float[Math.toIntExact(flat.numel())];
            flat.data_ptr_float().get(values);
            return values;
        }
    }

    /** Restores the state. @return the counters @throws IOException if the file is of another network */
    public Map<String, String> load(Parameters parameters, AdamW optimiser) throws IOException {
        Safetensors.Content content = read(parameters);
        restore(content, "parameters", parameters.master());
        restore(content, "momentum", optimiser.momentum());
        restore(content, "variance", optimiser.variance());
        if (optimiser.averages()) {
            restore(content, "average", optimiser.average());
        }
        optimiser.resumeAt(Long.parseLong(content.metadata().getOrDefault("optimiserSteps", "0")));
        parameters.refresh();
        return content.metadata();
    }

    /** Takes over the moving average of the weights alone. @throws IOException if the file is of another network */
    public void loadAverage(Parameters parameters) throws IOException {
        restore(read(parameters), "average", parameters.master());
        parameters.refresh();
    }

    /** A flat vector has no names: the same number of values in another order would train on as noise. */
    private Safetensors.Content read(Parameters parameters) throws IOException {
        Safetensors.Content content = Safetensors.read(file);
        if (!parameters.layout().equals(content.metadata().get(LAYOUT))) {
            throw new IOException(file
                    + ": the checkpoint belongs to another configuration of the network; move it away to begin anew");
        }
        return content;
    }

    private void restore(Safetensors.Content content, String name, Tensor flat) throws IOException {
        float[] values = content.tensor(name).values();
        if (values.length != flat.numel()) {
            throw new IOException(file + ": " + values.length + " values in " + name + ", but the network has "
                    + flat.numel() + ": the checkpoint belongs to another configuration");
        }
        try (var _ = new PointerScope()) {
            flat.data_ptr_float().put(values);
        }
    }
}
