package dev.suffice.train.nn;

import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * All parameters of a network in one flat 32-bit buffer, with a flat gradient beside it, so that the optimiser, the moving average,
 * the gradient norm and the checkpoint each are a handful of operations on whole vectors.
 *
 * <p>In {@link Precision#BFLOAT16} the network computes with a bfloat16 copy of the buffer, refreshed by {@link #refresh()} after
 * every optimiser step.
 *
 * <p>Declare parameters first, then {@link #allocate}. Not thread-safe.
 */
public final class Parameters implements AutoCloseable {
    private final List<Parameter> declared = new ArrayList<>();
    private final Map<String, Parameter> byName = new LinkedHashMap<>();
    private long[] offsets = {};
    private long total;
    private long decayed;
    private Tensor[] leaves = {};
    private Tensor master = new Tensor();
    private Tensor work = new Tensor();
    private Tensor gradient = new Tensor();
    private Precision precision = Precision.FLOAT32;

    /** Declares a parameter. @throws IllegalArgumentException if the name is taken */
    public Parameter declare(String name, Init init, long fanIn, long... shape) {
        var parameter = new Parameter(this, declared.size(), name, shape, init, fanIn);
        if (byName.putIfAbsent(name, parameter) != null) {
            throw new IllegalArgumentException("parameter " + name + ": declared twice");
        }
        declared.add(parameter);
        return parameter;
    }

    /** The declared parameters, in the order of declaration. */
    public List<Parameter> all() {
        return List.copyOf(declared);
    }

    /** The number of values of all parameters together. */
    public long count() {
        return declared.stream().mapToLong(Parameter::count).sum();
    }

    /**
     * A fingerprint of the flat layout: SHA-256 of names and shapes in the order in which they lie in the buffers. Values saved under
     * another layout belong to other parameters.
     */
    public String layout() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        for (boolean decays : new boolean[] {true, false}) {
            for (Parameter parameter : declared) {
                if (parameter.decays() == decays) {
                    String line = parameter.name() + Arrays.toString(parameter.shape()) + "\n";
                    digest.update(line.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Allocates the buffers and initialises them from the seed. The layout puts the parameters that decay first. */
    public void allocate(long seed, Precision precision) {
        this.precision = precision;
        offsets = new long[declared.size()];
        long offset = 0;
        for (boolean decays : new boolean[] {true, false}) {
            for (int i = 0; i < offsets.length; i++) {
                if (declared.get(i).decays() == decays) {
                    offsets[i] = offset;
                    offset += declared.get(i).count();
                }
            }
            if (decays) {
                decayed = offset;
            }
        }
        total = offset;
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            master = torch.zeros(new long[] {total}, new TensorOptions(torch.ScalarType.Float))
                    .retainReference();
            boolean same = precision == Precision.FLOAT32;
            work = same ? master : master.to(precision.scalarType()).retainReference();
            gradient = torch.zeros(new long[] {total}, new TensorOptions(precision.scalarType()))
                    .retainReference();
            leaves = new Tensor[offsets.length];
            for (int i = 0; i < offsets.length; i++) {
                leaves[i] = view(work, i).detach().requires_grad_(true).retainReference();
                leaves[i].mutable_grad().put(view(gradient, i));
            }
        }
        var random = new SplittableRandom(seed);
        for (Parameter parameter : declared) {
            write(parameter, initial(parameter, random));
        }
        refresh();
    }

    /** Fills every parameter with random values, also those that start at zero: for tests of the export. */
    public void randomise(long seed) {
        var random = new SplittableRandom(seed);
        for (Parameter parameter : declared) {
            float[] values = new float[Math.toIntExact(parameter.count())];
            double bound = 1 / Math.sqrt(Math.max(1.0, (double) parameter.fanIn()));
            for (int i = 0; i < values.length; i++) {
                double noise = random.nextDouble(-1, 1);
                values[i] = (float) (parameter.init() == Init.ONE ? 1 + 0.1 * noise : bound * noise);
            }
            write(parameter, values);
        }
        refresh();
    }

    private static float[] initial(Parameter parameter, SplittableRandom random) {
        float[] values = new float[Math.toIntExact(parameter.count())];
        double bound = Math.sqrt(3.0 / Math.max(1.0, (double) parameter.fanIn()));
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (parameter.init()) {
                case UNIFORM -> (float) random.nextDouble(-bound, bound);
                case ZERO -> 0;
                case ONE -> 1;
            };
        }
        return values;
    }

    private Tensor view(Tensor flat, int index) {
        long[] s = declared.get(index).shape();
        return flat.narrow(0, offsets[index], declared.get(index).count()).view(s);
    }

    /** The values of one parameter in the order of the model file, out of any flat buffer laid out like these parameters. */
    public float[] read(Parameter parameter, Tensor flat) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            float[] values = new float[Math.toIntExact(parameter.count())];
            FloatBuffer buffer =
                    view(flat, declared.indexOf(parameter)).contiguous().createBuffer();
            buffer.get(values);
            return values;
        }
    }

    /** Sets one parameter from values in the order of the model file; call {@link #refresh()} after the last one. */
    public void write(Parameter parameter, float[] values) {
        if (values.length != parameter.count()) {
            throw new IllegalArgumentException(
                    "parameter " + parameter.name() + ": " + values.length + " values, expected " + parameter.count());
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            view(master, declared.indexOf(parameter)).copy_(Tensor.create(values, parameter.shape()));
        }
    }

    /** The parameter of that name. @throws IllegalArgumentException if there is none */
    public Parameter named(String name) {
        Parameter parameter = byName.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("parameter " + name + ": not in this network");
        }
        return parameter;
    }

    /** Copies the master values into the buffer that the network computes with. */
    public void refresh() {
        if (precision != Precision.FLOAT32) {
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                work.copy_(master);
            }
        }
    }

    /** Takes over all values from a flat buffer laid out like these parameters (a moving average, a checkpoint). */
    public void load(Tensor flat) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            master.copy_(flat);
        }
        refresh();
    }

    Tensor tensor(int index) {
        return leaves[index];
    }

    /** The master values, one flat 32-bit vector. */
    public Tensor master() {
        return master;
    }

    /** The gradients of the last backward passes since {@link #zeroGradient()}, one flat vector in the compute precision. */
    public Tensor gradient() {
        return gradient;
    }

    /** Clears the gradients. */
    public void zeroGradient() {
        try (var _ = new PointerScope()) {
            gradient.zero_();
        }
    }

    /** How many of the flat vector's first values are subject to weight decay. */
    public long decayed() {
        return decayed;
    }

    /** The precision that the network computes in. */
    public Precision precision() {
        return precision;
    }

    @Override
    public void close() {
        for (Tensor leaf : leaves) {
            leaf.close();
        }
        if (precision != Precision.FLOAT32) {
            work.close();
        }
        master.close();
        gradient.close();
    }
}
