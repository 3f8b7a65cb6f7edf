package dev.suffice.diffusion;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** The U-Net at one size, with the memory of one run. Not thread-safe: one per run; the sessions are shared. */
final class Denoiser implements AutoCloseable {
    private final Sessions.Unet unet;
    private final Map<String, Tensor> inputs = new HashMap<>();
    private final Tensor sample;
    private final Tensor timestep;
    private final Tensor states;
    private final Tensor prediction;

    /**
     * Takes memory for a run.
     *
     * @param batch images times prompts of each
     * @param inChannels channels of the latents, with what is concatenated to them
     * @param outChannels channels of the prediction
     * @param classLabel the label of models that take one
     */
    Denoiser(
            Sessions.Unet unet,
            int batch,
            int inChannels,
            int outChannels,
            int height,
            int width,
            int tokens,
            int textSize,
            OptionalInt classLabel) {
        this.unet = unet;
        this.sample = Tensor.allocate(ElementType.FLOAT32, Shape.of(batch, inChannels, height, width));
        this.timestep = Tensor.allocate(ElementType.FLOAT32, Shape.of(batch));
        this.states = Tensor.allocate(ElementType.FLOAT32, Shape.of(batch, tokens, textSize));
        this.prediction = Tensor.allocate(ElementType.FLOAT32, Shape.of(batch, outChannels, height, width));
        inputs.put("sample", sample);
        inputs.put("timestep", timestep);
        classLabel.ifPresent(label -> unet.steps().inputs().stream()
                .filter(spec -> spec.name().equals("class_labels"))
                .findFirst()
                .ifPresent(spec -> inputs.put(spec.name(), labels(spec.type(), batch, label))));
    }

    /** Labels that index a table are whole numbers, labels that are embedded like timesteps are not. */
    private static Tensor labels(ElementType type, int batch, int label) {
        if (type == ElementType.INT64) {
            var labels = new long[batch];
            Arrays.fill(labels, label);
            return Tensor.of(labels, Shape.of(batch));
        }
        var labels = new float[batch];
        Arrays.fill(labels, label);
        return Tensor.of(labels, Shape.of(batch));
    }

    /** Sets the encoded prompts, [batch, tokens, size], and computes what depends on them alone. */
    void condition(float[] encodings) {
        states.copyFrom(encodings);
        var given = Map.of("encoder_hidden_states", states);
        unet.text().ifPresent(text -> {
            var projected = text.outputs().stream().map(TensorSpec::name).toList();
            text.run(given, projected).forEach(this::replace);
        });
        if (unet.steps().inputs().stream().anyMatch(spec -> spec.name().equals("encoder_hidden_states"))) {
            inputs.put("encoder_hidden_states", states);
        }
    }

    private void replace(String name, Tensor tensor) {
        var old = inputs.put(name, tensor);
        if (old != null) {
            old.close();
        }
    }

    /**
     * One pass.
     *
     * @param scaled what the scheduler made of the latents, [batch, channels, height, width]
     * @param predicted receives the prediction
     */
    void predict(float[] scaled, double time, float[] predicted) {
        sample.copyFrom(scaled);
        var times = new float[(int) timestep.shape().elements()];
        Arrays.fill(times, (float) time);
        timestep.copyFrom(times);
        unet.steps().run(inputs, Map.of("noise_pred", prediction));
        prediction.copyTo(predicted);
    }

    @Override
    public void close() {
        inputs.remove("encoder_hidden_states");
        states.close();
        inputs.values().forEach(Tensor::close);
        prediction.close();
    }
}
