import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.UNet2DCondition;
import dev.suffice.models.onnx.OperatorSet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;

/**
 * One call of a U-Net, two rows, on each engine by turns: ONNX Runtime with its own operators; OpenVINO compiled for the number of rows, and for any; and OpenVINO with ONNX Runtime's operators.
 *
 * <pre>
 * ./suffice engines        (builds cli/target/app)
 * java --enable-native-access=ALL-UNNAMED -cp 'cli/target/app/*' \
 *     bench/peers/EngineUnetTimes.java bundled/places/unet [THREADS] [SIZE OF THE LATENTS] [TOKENS]
 * </pre>
 *
 * Prints the median of the rounds' median times, with the fastest and the slowest round, and the largest difference of the results.
 */
final class EngineUnetTimes {
    private static final int ROUNDS = 7;
    private static final int CALLS = 25;

    public static void main(String[] args) {
        int threads = argument(args, 1, 1);
        int size = argument(args, 2, 16);
        int tokens = argument(args, 3, 2);
        var unet = UNet2DCondition.open(Path.of(args[0]));
        var options = SessionOptions.defaults().withThreads(threads);
        var own = unet.network(OperatorSet.ONNX_RUNTIME, size, size, tokens, Padding.ZERO).graph();
        var standard = unet.network(OperatorSet.STANDARD, size, size, tokens, Padding.ZERO).graph();
        // Of unknown size it is compiled once, for all numbers of rows.
        var unsized = new Graph("unet", standard.content(), List.of(), OptionalLong.empty(), OptionalLong.empty());
        var sessions = new LinkedHashMap<String, Session>();
        sessions.put("onnxruntime", Engines.named("onnxruntime").open(own, options));
        sessions.put("openvino, two rows", Engines.named("openvino").open(standard, options));
        sessions.put("openvino, any rows", Engines.named("openvino").open(unsized, options));
        sessions.put("openvino, ONNX Runtime's operators", Engines.named("openvino").open(own, options));
        var inputs = inputs(sessions.firstEntry().getValue());
        var channels = unet.config().outChannels();
        var results = new LinkedHashMap<String, Tensor>();
        sessions.keySet()
                .forEach(name -> results.put(
                        name, Tensor.allocate(ElementType.FLOAT32, Shape.of(2, channels, size, size))));
        var medians = new LinkedHashMap<String, double[]>();
        for (int round = 0; round < ROUNDS; round++) {
            for (var session : sessions.entrySet()) {
                medians.computeIfAbsent(session.getKey(), name -> new double[ROUNDS])[round] =
                        median(session.getValue(), inputs, Map.of("noise_pred", results.get(session.getKey())));
            }
        }
        var first = results.firstEntry().getValue().toFloatArray();
        medians.forEach((name, times) -> {
            Arrays.sort(times);
            System.out.printf(
                    Locale.ROOT,
                    "%-36s %.1f ms (%.1f to %.1f), difference %.1e%n",
                    name,
                    times[ROUNDS / 2],
                    times[0],
                    times[ROUNDS - 1],
                    difference(first, results.get(name).toFloatArray()));
        });
    }

    private static double median(Session session, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        var times = new double[CALLS];
        for (int i = 0; i < CALLS; i++) {
            long started = System.nanoTime();
            session.run(inputs, outputs);
            times[i] = (System.nanoTime() - started) / 1e6;
        }
        Arrays.sort(times);
        return times[CALLS / 2];
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

    private static double difference(float[] one, float[] other) {
        double most = 0;
        for (int i = 0; i < one.length; i++) {
            most = Math.max(most, Math.abs(one[i] - other[i]));
        }
        return most;
    }

    private static int argument(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }
}
