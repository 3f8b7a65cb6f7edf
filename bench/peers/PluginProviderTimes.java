import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.SideBySideSession;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.onnxruntime.OnnxRuntimeEngine;
import dev.suffice.models.family.AutoencoderKl;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.UNet2DCondition;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * OpenVINO inside ONNX Runtime, as the plugin execution provider of the Python package {@code onnxruntime-ep-openvino}, beside both engines, by turns: a call of a U-Net with two rows, or a
 * decoder's pass.
 *
 * <pre>
 * java --enable-native-access=ALL-UNNAMED -cp 'cli/target/app/*' bench/peers/PluginProviderTimes.java \
 *     PACKAGE/libonnxruntime_providers_openvino_plugin.so MODEL unet|vae [THREADS] [SIZE OF THE LATENTS] [TOKENS]
 * </pre>
 */
final class PluginProviderTimes {
    private static final int ROUNDS = 9;

    private interface Way {
        void call() throws OrtException;
    }

    public static void main(String[] args) throws OrtException {
        var model = Path.of(args[1]);
        var part = args[2];
        int threads = argument(args, 3, 2);
        int size = argument(args, 4, 16);
        int tokens = argument(args, 5, 40);
        int rows = part.equals("unet") ? 2 : 1;
        OnnxRuntimeEngine.environment().registerExecutionProviderLibrary("openvino_plugin", args[0]);
        var own = graph(model, part, OperatorSet.ONNX_RUNTIME, size, tokens);
        var standard = graph(model, part, OperatorSet.STANDARD, size, tokens);
        var options = SessionOptions.defaults().withThreads(threads);
        var ways = new LinkedHashMap<String, Way>();
        var results = new LinkedHashMap<String, Tensor>();
        for (var name : Engines.available()) {
            var graph = OperatorSet.of(name.name()) == OperatorSet.STANDARD ? standard : own;
            var session = rows > 1 ? SideBySideSession.open(name, graph, options) : name.open(graph, options);
            var inputs = inputs(session, rows);
            var output = output(session, rows);
            results.put(name.name(), output.values().iterator().next());
            ways.put(name.name(), () -> session.run(inputs, output));
        }
        for (var operators : OperatorSet.values()) {
            var graph = operators == OperatorSet.STANDARD ? standard : own;
            var name = "plugin, " + operators;
            try {
                var output = Tensor.allocate(
                        ElementType.FLOAT32, results.values().iterator().next().shape());
                ways.put(name, plugin(graph, threads, rows, output));
                results.put(name, output);
            } catch (OrtException e) {
                System.out.println(name + ": " + e.getMessage());
            }
        }
        for (var way : ways.values()) {
            way.call();
        }
        int calls = (int) Math.clamp(300 / median(ways.firstEntry().getValue(), 1), 1, 15);
        var times = new LinkedHashMap<String, double[]>();
        var ratios = new LinkedHashMap<String, double[]>();
        for (int round = -1; round < ROUNDS; round++) {
            double first = 0;
            for (var way : ways.entrySet()) {
                double time = median(way.getValue(), calls);
                first = first == 0 ? time : first;
                if (round >= 0) {
                    times.computeIfAbsent(way.getKey(), _ -> new double[ROUNDS])[round] = time;
                    ratios.computeIfAbsent(way.getKey(), _ -> new double[ROUNDS])[round] = first / time;
                }
            }
        }
        var expected = results.firstEntry().getValue().toFloatArray();
        times.forEach((name, all) -> System.out.printf(
                Locale.ROOT,
                "%-28s %s ms, %s times as fast, largest difference %.1e%n",
                name,
                text(all),
                text(ratios.get(name)),
                difference(expected, results.get(name).toFloatArray())));
        System.exit(0);
    }

    private static Graph graph(Path model, String part, OperatorSet operators, int size, int tokens) {
        return part.equals("unet")
                ? UNet2DCondition.open(model.resolve("unet"))
                        .network(operators, size, size, tokens, Padding.ZERO)
                        .segment(UNet2DCondition.TEXT, Network.END)
                : AutoencoderKl.open(model.resolve("vae"))
                        .decoder(operators, size, size, Padding.ZERO)
                        .graph();
    }

    private static Way plugin(Graph graph, int threads, int rows, Tensor output) throws OrtException {
        var environment = OnnxRuntimeEngine.environment();
        var device = environment.getEpDevices().stream()
                .filter(one -> one.getEpName().startsWith("OpenVINO")
                        && one.getEpMetadata().getOrDefault("ov_device", "").equals("CPU"))
                .toList();
        if (device.isEmpty()) {
            System.out.println("the plugin offers no processor here: it wants one of Intel's; found: "
                    + environment.getEpDevices());
            System.exit(1);
        }
        var content = (GraphContent.OnnxBytes) graph.content();
        var bytes = new byte[content.model().remaining()];
        content.model().duplicate().get(bytes);
        var options = new OrtSession.SessionOptions();
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        options.setIntraOpNumThreads(threads);
        options.setSymbolicDimensionValue("batch", rows);
        options.addConfigEntry(
                "session.model_external_initializers_file_folder_path",
                content.weightsFolder().orElseThrow().toAbsolutePath().toString());
        options.addExecutionProvider(
                device,
                Map.of("load_config", "{\"CPU\": {\"INFERENCE_PRECISION_HINT\": \"f32\", \"INFERENCE_NUM_THREADS\": \"%d\"}}"
                        .formatted(threads)));
        long started = System.nanoTime();
        var session = environment.createSession(bytes, options);
        System.out.printf(Locale.ROOT, "plugin ready after %.1f s%n", (System.nanoTime() - started) / 1e9);
        var inputs = new HashMap<String, OnnxTensor>();
        for (var input : session.getInputInfo().entrySet()) {
            var info = (ai.onnxruntime.TensorInfo) input.getValue().getInfo();
            var dims = Arrays.stream(info.getShape()).map(one -> one < 0 ? rows : one).toArray();
            inputs.put(
                    input.getKey(),
                    OnnxTensor.createTensor(environment, buffer(values(input.getKey(), Shape.of(dims))).asFloatBuffer(), dims));
        }
        var wanted = Map.of(
                session.getOutputNames().iterator().next(),
                OnnxTensor.createTensor(
                        environment,
                        output.data().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer(),
                        output.shape().toArray()));
        return () -> session.run(inputs, wanted).close();
    }

    private static ByteBuffer buffer(float[] values) {
        var buffer = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.nativeOrder());
        buffer.asFloatBuffer().put(values);
        return buffer;
    }

    private static float[] values(String name, Shape shape) {
        var random = new Random(name.equals("sample") ? 1 : 2);
        var values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = name.equals("timestep") ? 500 : (float) random.nextGaussian();
        }
        return values;
    }

    private static Map<String, Tensor> inputs(Session session, int rows) {
        var inputs = new HashMap<String, Tensor>();
        for (var spec : session.inputs()) {
            var shape = Shape.of(spec.sizes().stream()
                    .mapToLong(size -> size < 0 ? rows : size)
                    .toArray());
            inputs.put(spec.name(), Tensor.of(values(spec.name(), shape), shape));
        }
        return inputs;
    }

    private static Map<String, Tensor> output(Session session, int rows) {
        var spec = session.outputs().getFirst();
        var sizes = spec.sizes().stream().mapToLong(size -> size < 0 ? rows : size).toArray();
        return Map.of(spec.name(), Tensor.allocate(ElementType.FLOAT32, Shape.of(sizes)));
    }

    private static double median(Way way, int calls) throws OrtException {
        var times = new double[calls];
        for (int i = 0; i < calls; i++) {
            long started = System.nanoTime();
            way.call();
            times[i] = (System.nanoTime() - started) / 1e6;
        }
        Arrays.sort(times);
        return times[calls / 2];
    }

    private static String text(double[] values) {
        Arrays.sort(values);
        return String.format(
                Locale.ROOT, "%.2f (%.2f to %.2f)", values[ROUNDS / 2], values[0], values[ROUNDS - 1]);
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
