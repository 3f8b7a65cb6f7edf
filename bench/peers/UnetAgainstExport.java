import dev.suffice.engine.Engines;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.family.Padding;
import dev.suffice.models.family.UNet2DCondition;
import dev.suffice.models.onnx.OperatorSet;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * One call of a U-Net as the project writes it against the same network as torch.onnx exports it, in the same process, the
 * same ONNX Runtime and by turns. make_sd14_folder.py --export writes both.
 *
 * <pre>
 * ./suffice engines        (builds cli/target/app)
 * java -Xmx256m --enable-native-access=ALL-UNNAMED -cp 'cli/target/app/*' \
 *     bench/peers/UnetAgainstExport.java FOLDER/unet FOLDER/exported/unet.onnx [THREADS] [BATCH] [CALLS] [SIZE]
 * </pre>
 *
 * Prints wall time and processor time of every call, the ratio of the fastest ones, and the largest difference.
 */
final class UnetAgainstExport {
    private static final com.sun.management.OperatingSystemMXBean PROCESS =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private record Times(double wall, double cpu) {}

    public static void main(String[] args) {
        var threads = argument(args, 2, 1);
        var batch = argument(args, 3, 1);
        var calls = argument(args, 4, 3);
        var size = argument(args, 5, 64);
        var unet = UNet2DCondition.open(Path.of(args[0]));
        var own = unet.network(OperatorSet.ONNX_RUNTIME, size, size, 77, Padding.ZERO).graph();
        var exported = Graph.exported(
                "exported", new GraphContent.OnnxFile(Path.of(args[1])));
        var inputs = Map.of(
                "sample", noise(batch, unet.config().inChannels(), size, size),
                "timestep", Tensor.of(filled(batch, 500), Shape.of(batch)),
                "encoder_hidden_states", noise(batch, 77, unet.textSize()));
        var engine = Engines.named(Engines.DEFAULT);
        var options = SessionOptions.defaults().withThreads(threads);
        try (var a = engine.open(own, options);
                var b = engine.open(exported, options)) {
            var first = new float[2][];
            var best = new Times[] {new Times(1e9, 1e9), new Times(1e9, 1e9)};
            for (int call = 0; call <= calls; call++) {
                for (int which = 0; which < 2; which++) {
                    var times = run(which == 0 ? a : b, inputs, first, which);
                    System.out.printf(
                            "%-8s call %d: %.3f s, processor %.3f s%n",
                            which == 0 ? "own" : "exported", call, times.wall(), times.cpu());
                    if (call > 0) {
                        best[which] = new Times(
                                Math.min(best[which].wall(), times.wall()), Math.min(best[which].cpu(), times.cpu()));
                    }
                }
            }
            double difference = 0;
            for (int i = 0; i < first[0].length; i++) {
                difference = Math.max(difference, Math.abs(first[0][i] - first[1][i]));
            }
            System.out.printf(
                    "own / exported: %.3f of the time, %.3f of the processor time; largest difference %.1e%n",
                    best[0].wall() / best[1].wall(), best[0].cpu() / best[1].cpu(), difference);
        }
    }

    private static Times run(Session session, Map<String, Tensor> inputs, float[][] results, int which) {
        var cpu = PROCESS.getProcessCpuTime();
        var start = System.nanoTime();
        try (var output = Objects.requireNonNull(session.run(inputs, List.of("noise_pred")).get("noise_pred"))) {
            var times = new Times((System.nanoTime() - start) / 1e9, (PROCESS.getProcessCpuTime() - cpu) / 1e9);
            results[which] = output.toFloatArray();
            return times;
        }
    }

    private static int argument(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }

    private static float[] filled(int count, float value) {
        var values = new float[count];
        Arrays.fill(values, value);
        return values;
    }

    private static Tensor noise(long... sizes) {
        var random = new Random(1);
        var shape = Shape.of(sizes);
        var values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }
}
