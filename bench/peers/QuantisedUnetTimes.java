import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.SideBySideSession;
import dev.suffice.engine.Tensor;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.UNet2DCondition;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * One call, two rows, of a U-Net and of what {@code models quantize} made of it, on both engines, by turns; without what is computed once for a prompt. With two threads or more also with
 * the rows side by side, each with half of the threads.
 *
 * <pre>
 * java --enable-native-access=ALL-UNNAMED -cp 'cli/target/app/*' \
 *     bench/peers/QuantisedUnetTimes.java MODEL/unet QUANTISED/unet [THREADS] [SIZE OF THE LATENTS] [TOKENS] [WAYS, e.g. onnxruntime,openvino-8,onnxruntime-8-rows]
 * </pre>
 *
 * Prints for each way the median of the rounds' median times, how many times as fast as the first it is, and how far it is from it (root mean square, in units of the first's own), with
 * the least and the largest of the rounds.
 */
final class QuantisedUnetTimes {
    private static final int ROUNDS = 9;
    private static final String EIGHT = "-8";
    private static final String ROWS = "-rows";

    public static void main(String[] args) {
        int threads = argument(args, 2, 2);
        int size = argument(args, 3, 16);
        int tokens = argument(args, 4, 40);
        var names = new ArrayList<String>();
        if (args.length > 5) {
            names.addAll(List.of(args[5].split(",")));
        } else {
            for (var rows : threads > 1 ? List.of("", ROWS) : List.of("")) {
                for (var bits : List.of("", EIGHT)) {
                    names.addAll(List.of("onnxruntime" + bits + rows, "openvino" + bits + rows));
                }
            }
        }
        var channels = UNet2DCondition.open(Path.of(args[0])).config().outChannels();
        var ways = new LinkedHashMap<String, Way>();
        for (var name : names) {
            long started = System.nanoTime();
            var way = Way.open(name, name.contains(EIGHT) ? args[1] : args[0], size, tokens, threads, channels);
            way.call();
            ways.put(name, way);
            System.out.printf(Locale.ROOT, "%-24s ready after %.1f s%n", name, (System.nanoTime() - started) / 1e9);
        }
        var first = ways.firstEntry().getValue();
        int calls = (int) Math.clamp(500 / first.median(1), 1, 15);
        var times = new LinkedHashMap<String, double[]>();
        var ratios = new LinkedHashMap<String, double[]>();
        for (int round = -1; round < ROUNDS; round++) {
            double base = 0;
            for (var name : names) {
                double time = ways.get(name).median(calls);
                base = base == 0 ? time : base;
                if (round >= 0) {
                    times.computeIfAbsent(name, _ -> new double[ROUNDS])[round] = time;
                    ratios.computeIfAbsent(name, _ -> new double[ROUNDS])[round] = base / time;
                }
            }
        }
        for (var name : names) {
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %s ms, %s times as fast, differs by %.2g%n",
                    name,
                    text(times.get(name)),
                    text(ratios.get(name)),
                    ways.get(name).difference(first));
        }
        ways.values().forEach(way -> way.session().close());
    }

    private static String text(double[] values) {
        Arrays.sort(values);
        return String.format(
                Locale.ROOT, "%.2f (%.2f to %.2f)", values[ROUNDS / 2], values[0], values[ROUNDS - 1]);
    }

    /** A way to compute a call. */
    private record Way(Session session, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        static Way open(String name, String folder, int size, int tokens, int threads, long channels) {
            var engine = name.substring(0, name.contains("-") ? name.indexOf('-') : name.length());
            var options = SessionOptions.defaults().withThreads(threads);
            var opening = Engines.named(engine);
            var graph = UNet2DCondition.open(Path.of(folder))
                    .network(OperatorSet.of(engine), size, size, tokens, Padding.ZERO)
                    .segment(UNet2DCondition.TEXT, Network.END);
            var session = name.endsWith(ROWS)
                    ? SideBySideSession.open(opening, graph, options)
                    : opening.open(graph, options);
            return new Way(
                    session,
                    QuantisedUnetTimes.inputs(session),
                    Map.of("noise_pred", Tensor.allocate(ElementType.FLOAT32, Shape.of(2, channels, size, size))));
        }

        void call() {
            session.run(inputs, outputs);
        }

        double median(int calls) {
            var times = new double[calls];
            for (int i = 0; i < calls; i++) {
                long started = System.nanoTime();
                call();
                times[i] = (System.nanoTime() - started) / 1e6;
            }
            Arrays.sort(times);
            return times[calls / 2];
        }

        double difference(Way other) {
            var one = outputs.get("noise_pred").toFloatArray();
            var two = other.outputs.get("noise_pred").toFloatArray();
            double differences = 0;
            double squares = 0;
            for (int i = 0; i < one.length; i++) {
                differences += (one[i] - two[i]) * (double) (one[i] - two[i]);
                squares += two[i] * (double) two[i];
            }
            return Math.sqrt(differences / squares);
        }
    }

    /** The same for every session: by the names of the inputs, which cuts of a network share. */
    private static Map<String, Tensor> inputs(Session session) {
        var inputs = new HashMap<String, Tensor>();
        for (var spec : session.inputs()) {
            var random = new Random(spec.name().equals("sample") ? 1 : 2);
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
