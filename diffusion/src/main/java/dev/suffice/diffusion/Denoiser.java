package dev.suffice.diffusion;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Session;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The U-Net at one size, with the memory of one run. A call has rows: unconditional ones of some images, then conditional ones of some, each
 * in a slot, the place of that image's row in a call that has them all. Not thread-safe: one per run; the sessions are shared.
 */
final class Denoiser implements AutoCloseable {
    private final UnetSessions unet;
    private final int images;
    private final Map<String, Tensor> constant = new HashMap<>();
    private final Tensor sample;
    private final Tensor timestep;
    private final Tensor states;
    private final Tensor prediction;

    /** What entered the deep part and what it gave when it ran last for each slot, by name. */
    private final Map<String, Tensor> kept = new HashMap<>();

    private final boolean[] keptSlots;

    /** Says which rows the deep part has to run for. */
    interface Trigger {
        /** @param changes of what enters it since it ran last for the row's slot, relative; infinite if it never has */
        boolean[] deep(double[] changes);
    }

    /**
     * Takes memory for a run.
     *
     * @param images in the batch
     * @param prompts of each image, 2 with guidance
     * @param inChannels channels of the latents, with what is concatenated to them
     * @param outChannels channels of the prediction
     * @param classLabel the label of models that take one
     */
    Denoiser(
            UnetSessions unet,
            int images,
            int prompts,
            int inChannels,
            int outChannels,
            int height,
            int width,
            int tokens,
            int textSize,
            OptionalInt classLabel) {
        this.unet = unet;
        this.images = images;
        int rows = images * prompts;
        this.keptSlots = new boolean[rows];
        this.sample = Tensor.allocate(ElementType.FLOAT32, Shape.of(rows, inChannels, height, width));
        this.timestep = Tensor.allocate(ElementType.FLOAT32, Shape.of(rows));
        this.states = Tensor.allocate(ElementType.FLOAT32, Shape.of(rows, tokens, textSize));
        this.prediction = Tensor.allocate(ElementType.FLOAT32, Shape.of(rows, outChannels, height, width));
        classLabel.ifPresent(label -> unet.parts().getFirst().inputs().stream()
                .filter(spec -> spec.name().equals("class_labels"))
                .findFirst()
                .ifPresent(spec -> constant.put(spec.name(), labels(spec.type(), rows, label))));
    }

    /** Labels that index a table are whole numbers, labels that are embedded like timesteps are not. */
    private static Tensor labels(ElementType type, int rows, int label) {
        if (type == ElementType.INT64) {
            var labels = new long[rows];
            Arrays.fill(labels, label);
            return Tensor.of(labels, Shape.of(rows));
        }
        var labels = new float[rows];
        Arrays.fill(labels, label);
        return Tensor.of(labels, Shape.of(rows));
    }

    /** Sets the encoded prompts of all slots, [rows, tokens, size], and computes what depends on them alone. */
    void condition(float[] encodings) {
        states.copyFrom(encodings);
        var given = Map.of("encoder_hidden_states", states);
        unet.text().ifPresent(text -> {
            var projected = text.outputs().stream().map(TensorSpec::name).toList();
            text.run(given, projected).forEach(this::replace);
        });
    }

    private void replace(String name, Tensor tensor) {
        var old = constant.put(name, tensor);
        if (old != null) {
            old.close();
        }
    }

    /**
     * One call.
     *
     * @param unconditional how many of the rows are
     * @param slots of the rows, the unconditional ones first: image k has slot k there, and images + k for its conditional row; k alone
     *     without guidance
     * @param scaled what the scheduler made of the latents, row by row, at least as many as there are slots
     * @param trigger asked if the network is divided
     * @param predicted receives the predictions, row by row
     */
    void predict(int unconditional, int[] slots, float[] scaled, double time, Trigger trigger, float[] predicted) {
        int rows = slots.length;
        fill(sample, rows, scaled);
        var times = new float[rows];
        Arrays.fill(times, (float) time);
        fill(timestep, rows, times);
        var inputs = new HashMap<String, Tensor>();
        inputs.put("sample", sample.rows(0, rows));
        inputs.put("timestep", timestep.rows(0, rows));
        // All unconditional rows have the same text, and so have all conditional ones: rows around the border have what
        // is needed.
        int from = unconditional == 0 ? keptSlots.length - images : images - unconditional;
        inputs.put("encoder_hidden_states", states.rows(from, rows));
        constant.forEach((name, tensor) -> inputs.put(name, tensor.rows(from, rows)));
        var output = prediction.rows(0, rows);
        if (unet.divided()) {
            divided(slots, inputs, trigger, output);
        } else {
            var whole = unet.parts().getFirst();
            whole.run(asked(whole, inputs), Map.of("noise_pred", output));
        }
        MemorySegment.copy(output.data(), ValueLayout.JAVA_FLOAT, 0, predicted, 0, (int)
                output.shape().elements());
    }

    private static void fill(Tensor tensor, int rows, float[] values) {
        var part = tensor.rows(0, rows);
        MemorySegment.copy(values, 0, part.data(), ValueLayout.JAVA_FLOAT, 0, (int)
                part.shape().elements());
    }

    private static Map<String, Tensor> asked(Session session, Map<String, Tensor> values) {
        var chosen = new HashMap<String, Tensor>();
        for (var spec : session.inputs()) {
            var value = values.get(spec.name());
            if (value != null) {
                chosen.put(spec.name(), value);
            }
        }
        return chosen;
    }

    private static List<String> names(List<TensorSpec> specs) {
        return specs.stream().map(TensorSpec::name).toList();
    }

    private void divided(int[] slots, Map<String, Tensor> inputs, Trigger trigger, Tensor output) {
        var before = unet.parts().get(0);
        var deep = unet.parts().get(1);
        var after = unet.parts().get(2);
        var made = before.run(asked(before, inputs), names(before.outputs()));
        try {
            var values = new HashMap<>(inputs);
            values.putAll(made);
            var entering = entering(deep, made);
            var chosen = trigger.deep(changes(slots, values, entering));
            deepen(deep, slots, chosen, values, entering);
            var gathered = new HashMap<String, Tensor>();
            try {
                for (var name : names(deep.outputs())) {
                    gathered.put(name, gather(kept.get(name), slots));
                }
                values.putAll(gathered);
                after.run(asked(after, values), Map.of("noise_pred", output));
            } finally {
                gathered.values().forEach(Tensor::close);
            }
        } finally {
            made.values().forEach(Tensor::close);
        }
    }

    /** The image that goes from the shallow part into the deep one. */
    private static String entering(Session deep, Map<String, Tensor> made) {
        var wanted = new HashSet<>(names(deep.inputs()));
        return made.entrySet().stream()
                .filter(entry -> wanted.contains(entry.getKey())
                        && entry.getValue().shape().rank() == 4)
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("u-net: no image enters its deep part"));
    }

    private double[] changes(int[] slots, Map<String, Tensor> values, String entering) {
        var changes = new double[slots.length];
        var now = Objects.requireNonNull(values.get(entering));
        var last = kept.get(entering);
        for (int row = 0; row < slots.length; row++) {
            changes[row] = last == null || !keptSlots[slots[row]]
                    ? Double.POSITIVE_INFINITY
                    : change(now.rows(row, 1), last.rows(slots[row], 1));
        }
        return changes;
    }

    private static double change(Tensor now, Tensor last) {
        double moved = 0;
        double size = 0;
        var layout = ValueLayout.JAVA_FLOAT;
        for (long i = 0; i < now.shape().elements(); i++) {
            float value = last.data().getAtIndex(layout, i);
            moved += Math.abs(now.data().getAtIndex(layout, i) - value);
            size += Math.abs(value);
        }
        return size == 0 ? Double.POSITIVE_INFINITY : moved / size;
    }

    /** Runs the deep part for the chosen rows and keeps what it gave. */
    private void deepen(Session deep, int[] slots, boolean[] chosen, Map<String, Tensor> values, String entering) {
        var rows = new int[slots.length];
        int count = 0;
        for (int row = 0; row < slots.length; row++) {
            if (chosen[row]) {
                rows[count++] = row;
            }
        }
        if (count == 0) {
            return;
        }
        var some = Arrays.copyOf(rows, count);
        var inputs = new HashMap<String, Tensor>();
        var made = new HashMap<String, Tensor>();
        try {
            for (var entry : asked(deep, values).entrySet()) {
                inputs.put(entry.getKey(), gather(entry.getValue(), some));
            }
            made.putAll(deep.run(inputs, names(deep.outputs())));
            for (int i = 0; i < count; i++) {
                int slot = slots[some[i]];
                for (var entry : made.entrySet()) {
                    keep(entry.getKey(), entry.getValue(), i, slot);
                }
                keep(entering, Objects.requireNonNull(inputs.get(entering)), i, slot);
                keptSlots[slot] = true;
            }
        } finally {
            inputs.values().forEach(Tensor::close);
            made.values().forEach(Tensor::close);
        }
    }

    private void keep(String name, Tensor source, int row, int slot) {
        var place = kept.computeIfAbsent(name, key -> {
            var sizes = source.shape().toArray();
            sizes[0] = keptSlots.length;
            return Tensor.allocate(source.type(), Shape.of(sizes));
        });
        place.rows(slot, 1).data().copyFrom(source.rows(row, 1).data());
    }

    /** A copy of some rows. */
    private static Tensor gather(@Nullable Tensor source, int[] rows) {
        var from = Objects.requireNonNull(source, "rows of the u-net");
        var sizes = from.shape().toArray();
        sizes[0] = rows.length;
        var gathered = Tensor.allocate(from.type(), Shape.of(sizes));
        for (int i = 0; i < rows.length; i++) {
            gathered.rows(i, 1).data().copyFrom(from.rows(rows[i], 1).data());
        }
        return gathered;
    }

    @Override
    public void close() {
        constant.values().forEach(Tensor::close);
        kept.values().forEach(Tensor::close);
        sample.close();
        timestep.close();
        states.close();
        prediction.close();
    }
}
