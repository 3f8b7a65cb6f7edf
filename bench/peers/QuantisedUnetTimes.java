import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.UNet2DCondition;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * One call, two rows, of a U-Net and of what {@code models quantize} made of it, by turns; without what is computed once for a prompt.
 *
 * <pre>
 * java --enable-native-access=ALL-UNNAMED -cp 'cli/target/app/*' \
 *     bench/peers/QuantisedUnetTimes.java MODEL/unet QUANTISED/unet [THREADS] [SIZE OF THE LATENTS] [TOKENS]
 * </pre>
 *
 * Prints the medians of the rounds' median times and of their ratios, with the least and the largest.
 */
final class QuantisedUnetTimes {
    private static final int ROUNDS = 9;

    public static void main(String[] args) {
        int threads = argument(args, 2, 2);
        int size = argument(args, 3, 16);
        int tokens = argument(args, 4, 40);
        try (var original = open(args[0], size, tokens, threads);
                var quantised = open(args[1], size, tokens, threads)) {
            var channels = UNet2DCondition.open(Path.of(args[0])).config().outChannels();
            var output = Map.of("noise_pred", Tensor.allocate(ElementType.FLOAT32, Shape.of(2, channels, size, size)));
            var inputs = inputs(original);
            var others = inputs(quantised);
            int calls = (int) Math.clamp(500 / median(original, inputs, output, 1), 1, 15);
            double[][] times = new double[3][ROUNDS];
            for (int round = -1; round < ROUNDS; round++) {
                double one = median(original, inputs, output, calls);
                double other = median(quantised, others, output, calls);
                if (round >= 0) {
                    times[0][round] = one;
                    times[1][round] = other;
                    times[2][round] = one / other;
                }
            }
            for (int i = 0; i < 3; i++) {
                Arrays.sort(times[i]);
                System.out.printf(
                        Locale.ROOT,
                        "%-22s %.2f (%.2f to %.2f)%n",
                        new String[] {"original, ms", "quantised, ms", "times as fast"}[i],
                        times[i][ROUNDS / 2],
                        times[i][0],
                        times[i][ROUNDS - 1]);
            }
        }
    }

    private static Session open(String folder, int size, int tokens, int threads) {
        var unet = UNet2DCondition.open(Path.of(folder));
        return Engines.named("onnxruntime")
                .open(
                        unet.network(OperatorSet.ONNX_RUNTIME, size, size, tokens, Padding.ZERO)
                                .segment(UNet2DCondition.TEXT, Network.END),
                        SessionOptions.defaults().withThreads(threads));
    }

    private static double median(Session session, Map<String, Tensor> inputs, Map<String, Tensor> outputs, int calls) {
        var times = new double[calls];
        for (int i = 0; i < calls; i++) {
            long started = System.nanoTime();
            session.run(inputs, outputs);
            times[i] = (System.nanoTime() - started) / 1e6;
        }
        Arrays.sort(times);
        return times[calls / 2];
    }

    private static Map<String, Tensor> inputs(Session session) {
        var random = new Random(1);
        var inputs = new HashMap<String, Tensor>();
        for (var spec : session.inputs()) {
            var shape = Shape.of(
                    spec.sizes().stream().mapToLong(size -> size < 0 ? 2 : size).toArray());
            var values = new float[(int) shape.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = spec.name().equals("timestep") ? 500 : (float) random.nextGaussian();
            }
            inputs.put(spec.name(), Tensor.of(values, shape));
        }
        return inputs;
    }

    private static int argument(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }
}
