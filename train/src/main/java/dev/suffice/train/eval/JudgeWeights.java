package dev.suffice.train.eval;

import dev.suffice.train.files.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** The named tensors of a judge: trained ones, and the running statistics of its normalisations. Not thread-safe. */
final class JudgeWeights implements AutoCloseable {
    private final Map<String, Tensor> trained = new LinkedHashMap<>();
    private final Map<String, Tensor> kept = new LinkedHashMap<>();
    private final SplittableRandom random;

    JudgeWeights(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Declares a filter or matrix, drawn from a normal distribution with variance 2 / fan-in (He et al. 2015). */
    Tensor weight(String name, long... shape) {
        long fanIn = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
        float[] values = new float[Math.toIntExact(shape[0] * fanIn)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / fanIn));
        }
        return trained(name, values, shape);
    }

    /** Declares a vector that starts at one value. */
    Tensor vector(String name, int length, float start) {
        float[] values = new float[length];
        Arrays.fill(values, start);
        return trained(name, values, length);
    }

    private Tensor trained(String name, float[] values, long... shape) {
        return add(trained, name, create(values, shape).requires_grad_(true));
    }

    /** Declares a running statistic. */
    Tensor statistic(String name, int length, float start) {
        float[] values = new float[length];
        Arrays.fill(values, start);
        return add(kept, name, create(values, length));
    }

    /** Copies values into memory that libtorch owns. */
    private static Tensor create(float[] values, long... shape) {
        try (var source = Tensor.create(values, shape)) {
            return source.clone();
        }
    }

    private Tensor add(Map<String, Tensor> to, String name, Tensor tensor) {
        if (trained.containsKey(name) || kept.containsKey(name)) {
            throw new IllegalArgumentException("parameter " + name + ": declared twice");
        }
        to.put(name, tensor.retainReference());
        return tensor;
    }

    /** What an optimiser changes. */
    TensorVector trained() {
        return new TensorVector(trained.values().toArray(Tensor[]::new));
    }

    /** The number of trained values. */
    long count() {
        return trained.values().stream().mapToLong(Tensor::numel).sum();
    }

    private Map<String, Tensor> all() {
        var all = new LinkedHashMap<>(trained);
        all.putAll(kept);
        return all;
    }

    /** Writes everything into a checkpoint. */
    void save(OutputArchive archive) {
        all().forEach(archive::write);
    }

    /** Reads everything from a checkpoint. */
    void load(InputArchive archive) {
        try (var scope = new PointerScope();
                var noGrad = new NoGradGuard()) {
            all().forEach((name, tensor) -> {
                var stored = new Tensor();
                archive.read(name, stored);
                tensor.copy_(stored);
            });
        }
    }

    /** Writes a safetensors file of 32-bit floats. */
    void save(Path file, Map<String, String> metadata) throws IOException {
        save(file, metadata, Safetensors.Type.F32);
    }

    /** Writes a safetensors file. */
    void save(Path file, Map<String, String> metadata, Safetensors.Type type) throws IOException {
        List<Safetensors.Entry> entries = new ArrayList<>();
        all().forEach((name, tensor) ->
                entries.add(new Safetensors.Entry(name, type, tensor.shape(), () -> values(tensor))));
        Safetensors.write(file, metadata, entries);
    }

    /** Reads a safetensors file. @throws IOException if it lacks a tensor, or one has another shape */
    void load(Path file) throws IOException {
        Safetensors.Content content = Safetensors.read(file);
        for (var entry : all().entrySet()) {
            Safetensors.Values values = content.tensor(entry.getKey());
            if (!Arrays.equals(values.shape(), entry.getValue().shape())) {
                throw new IOException(file + ": tensor " + entry.getKey() + ": shape " + Arrays.toString(values.shape())
                        + ", expected " + Arrays.toString(entry.getValue().shape()));
            }
            try (var scope = new PointerScope();
                    var noGrad = new NoGradGuard()) {
                entry.getValue().copy_(Tensor.create(values.values(), values.shape()));
            }
        }
    }

    /** The values of a tensor, row by row. */
    static float[] values(Tensor tensor) {
        try (var scope = new PointerScope();
                var noGrad = new NoGradGuard()) {
            float[] values = new float[Math.toIntExact(tensor.numel())];
            tensor.contiguous().data_ptr_float().get(values);
            return values;
        }
    }

    @Override
    public void close() {
        all().values().forEach(Tensor::close);
    }
}
