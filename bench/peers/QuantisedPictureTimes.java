import dev.suffice.core.Cancellation;
import dev.suffice.core.StepCount;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.RunListener;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.image.RgbdImage;
import dev.suffice.image.Similarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whole pictures of models of images on engines, by turns: seconds, and how like the pictures are to those of the first.
 *
 * <pre>
 * java --enable-native-access=ALL-UNNAMED -cp 'cli/target/app/*' \
 *     bench/peers/QuantisedPictureTimes.java THREADS STEPS PICTURES SIZE|0 ENGINE=MODEL...
 * </pre>
 *
 * Prints the process' memory (that of one model, if only one is given), and for each the median, how many times as fast as the first it is (least and largest in brackets), and the mean SSIM of colours and depths.
 */
final class QuantisedPictureTimes {
    private static final List<String> PROMPTS = List.of(
            "a yellow armchair beside a bed",
            "a green tree in front of a white house",
            "two blue sofas in a dark room",
            "a road through hills at noon",
            "a red lamp on a brown table",
            "a black dog in a park",
            "a kitchen with a white table");

    private record Made(RgbdImage image, double seconds) {}

    public static void main(String[] args) {
        int threads = Integer.parseInt(args[0]);
        int steps = Integer.parseInt(args[1]);
        int pictures = Integer.parseInt(args[2]);
        int size = Integer.parseInt(args[3]);
        var cache = Path.of(System.getProperty("user.home"), ".cache", "suffice");
        var models = new LinkedHashMap<String, Ldm3dPipeline>();
        for (int i = 4; i < args.length; i++) {
            var parts = args[i].split("=", 2);
            models.put(
                    args[i],
                    Ldm3dPipeline.open(
                            Path.of(parts[1]),
                            parts[1],
                            cache,
                            Engines.named(parts[0]),
                            SessionOptions.defaults().withThreads(threads)));
        }
        var seconds = new LinkedHashMap<String, double[]>();
        var ratios = new LinkedHashMap<String, double[]>();
        var ssim = new LinkedHashMap<String, double[]>();
        for (int k = -1; k < pictures; k++) {
            Made first = null;
            for (var model : models.entrySet()) {
                var made = made(model.getValue(), Math.max(0, k), k < 0 ? 1 : steps, size);
                first = first == null ? made : first;
                if (k >= 0) {
                    seconds.computeIfAbsent(model.getKey(), _ -> new double[pictures])[k] = made.seconds;
                    ratios.computeIfAbsent(model.getKey(), _ -> new double[pictures])[k] = first.seconds / made.seconds;
                    var similarity = Similarity.of(first.image, made.image);
                    var sums = ssim.computeIfAbsent(model.getKey(), _ -> new double[2]);
                    sums[0] += similarity.rgb() / pictures;
                    sums[1] += similarity.depth() / pictures;
                }
            }
        }
        models.forEach((name, model) -> {
            var times = seconds.get(name);
            var faster = ratios.get(name);
            Arrays.sort(times);
            Arrays.sort(faster);
            System.out.printf(
                    Locale.ROOT,
                    "%-40s %.3f s, %.2f (%.2f to %.2f) times as fast, SSIM %.4f %.4f%n",
                    name,
                    times[pictures / 2],
                    faster[pictures / 2],
                    faster[0],
                    faster[pictures - 1],
                    ssim.get(name)[0],
                    ssim.get(name)[1]);
        });
        try (var status = Files.lines(Path.of("/proc/self/status"))) {
            System.out.println(status.filter(line -> line.startsWith("VmHWM") || line.startsWith("RssAnon") || line.startsWith("RssFile"))
                    .map(line -> line.replaceAll("\\s+", " "))
                    .collect(Collectors.joining(", ")));
        } catch (IOException e) {
            System.out.println("memory unknown: " + e.getMessage());
        }
        models.values().forEach(Ldm3dPipeline::close);
    }

    private static Made made(Ldm3dPipeline model, int k, int steps, int size) {
        var request = ImageRequest.of(PROMPTS.get(k % PROMPTS.size()))
                .steps(new StepCount.Fixed(steps))
                .policy(StepPolicy.none())
                .seed(5000L + k)
                .enlarge(false);
        if (size > 0) {
            request.size(new dev.suffice.diffusion.ImageSize(size, size));
        }
        long started = System.nanoTime();
        var image = model.run(request.build(), new Cancellation(), RunListener.silent())
                .getFirst()
                .image();
        return new Made(image, (System.nanoTime() - started) / 1e9);
    }
}
