import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.SideBySideSession;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import dev.suffice.models.family.AutoencoderKl;
import dev.suffice.models.family.ClipText;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.RgbdUpscaler;
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
 * One call of a network of a model of images and of what {@code models quantize} made of it, on both engines, by turns: of the U-Net with two rows and without what is computed once for a
 * prompt, with two threads or more also with the rows side by side; of the decoder, the text encoder or the upscaler with one row. Inputs are random numbers.
 *
 * <pre>
 * java --enable-native-access=ALL-UNNAMED -cp 'cli/target/app/*' \
 *     bench/peers/QuantisedNetworkTimes.java MODEL QUANTISED unet|vae|text_encoder|upscaler [THREADS] [SIZE OF THE INPUT] [TOKENS] [WAYS, e.g. onnxruntime,openvino-8,onnxruntime-8-rows]
 * </pre>
 *
 * Prints for each way the median of the rounds' median times, how many times as fast as the first it is, and how far it is from it (root mean square, in units of the first's own), with
 * the least and the largest of the rounds.
 */
final class QuantisedNetworkTimes {
    private static final int ROUNDS = 9;
    private static final String EIGHT = "-8";
    private static final String ROWS = "-rows";

    public static void main(String[] args) {
        var part = args[2];
        int threads = argument(args, 3, 2);
        int size = argument(args, 4, 16);
        int tokens = argument(args, 5, 40);
        var names = new ArrayList<String>();
        if (args.length > 6) {
            names.addAll(List.of(args[6].split(",")));
        } else {
            for (var rows : threads > 1 && part.equals("unet") ? List.of("", ROWS) : List.of("")) {
                for (var bits : List.of("", EIGHT)) {
                    names.addAll(List.of("onnxruntime" + bits + rows, "openvino" + bits + rows));
                }
            }
        }
        var ways = new LinkedHashMap<String, Way>();
        for (var name : names) {
            long started = System.nanoTime();
            var way = Way.open(
                    name, Path.of(name.contains(EIGHT) ? args[1] : args[0]), part, size, tokens, threads);
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
        static Way open(String name, Path model, String part, int size, int tokens, int threads) {
            var engine = name.substring(0, name.contains("-") ? name.indexOf('-') : name.length());
            var options = SessionOptions.defaults().withThreads(threads);
            var opening = Engines.named(engine);
            var graph = graph(model.resolve(part), part, OperatorSet.of(engine), size, tokens);
            var session = name.endsWith(ROWS)
                    ? SideBySideSession.open(opening, graph, options)
                    : opening.open(graph, options);
            int rows = part.equals("unet") ? 2 : 1;
            var output = session.outputs().getFirst();
            return new Way(
                    session,
                    QuantisedNetworkTimes.inputs(session, rows),
                    Map.of(output.name(), Tensor.allocate(ElementType.FLOAT32, shape(output, rows))));
        }

        private static Graph graph(Path folder, String part, OperatorSet operators, int size, int tokens) {
            return switch (part) {
                case "unet" ->
                    UNet2DCondition.open(folder)
                            .network(operators, size, size, tokens, Padding.ZERO)
                            .segment(UNet2DCondition.TEXT, Network.END);
                case "vae" ->
                    AutoencoderKl.open(folder)
                            .decoder(operators, size, size, Padding.ZERO)
                            .graph();
                case "text_encoder" ->
                    ClipText.open(folder).network(operators, tokens).graph();
                default ->
                    RgbdUpscaler.open(folder)
                            .network(operators, size, size, Padding.ZERO)
                            .graph();
            };
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
            var one = outputs.values().iterator().next().toFloatArray();
            var two = other.outputs.values().iterator().next().toFloatArray();
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
    private static Map<String, Tensor> inputs(Session session, int rows) {
        var inputs = new HashMap<String, Tensor>();
        for (var spec : session.inputs()) {
            var random = new Random(spec.name().equals("sample") ? 1 : 2);
            var shape = shape(spec, rows);
            int count = (int) shape.elements();
            if (spec.type() == ElementType.INT64) {
                inputs.put(spec.name(), Tensor.of(random.longs(count, 0, 1000).toArray(), shape));
                continue;
            }
            var values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = spec.name().equals("timestep") ? 500 : (float) random.nextGaussian();
            }
            inputs.put(spec.name(), Tensor.of(values, shape));
        }
        return inputs;
    }

    private static Shape shape(TensorSpec spec, int rows) {
        return Shape.of(
                spec.sizes().stream().mapToLong(size -> size < 0 ? rows : size).toArray());
    }

    private static int argument(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }
}
