package dev.suffice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.stepsaver.SentenceFeatures;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.image.RgbdFiles;
import dev.suffice.image.RgbdImage;
import dev.suffice.models.folder.Config;
import dev.suffice.models.store.ModelStore;
import dev.suffice.models.store.PackagedEncoder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bundled model, as a user runs it. */
class PlacesTest {
    @TempDir
    Path folder;

    @Test
    void makesAPictureWithMetricDepth() {
        var made = imagine("a red sofa in a bright living room", "--seed", "7", "--steps", "10");
        assertThat(made.path("model").asString()).isEqualTo("places");
        assertThat(made.path("depth_scale").path("encoding").asString()).isEqualTo("log");
        var image = RgbdFiles.read(Path.of(made.path("rgb").asString()));
        assertThat(image.width()).isEqualTo(128);
        assertThat(image.height()).isEqualTo(128);
        // the floor at the viewer's feet is nearer than the wall above the middle
        assertThat(meanDepth(image, 112, 128)).isGreaterThan(meanDepth(image, 32, 48));
    }

    @Test
    void thePromptDecidesTheColours() {
        var desert = RgbdFiles.read(Path.of(imagine("desert dunes under a blue sky", "--seed", "3", "--steps", "10")
                .path("rgb")
                .asString()));
        var hills = RgbdFiles.read(Path.of(imagine("green hills", "--seed", "3", "--steps", "10")
                .path("rgb")
                .asString()));
        // sand is redder than it is blue, grass is greener than it is red
        assertThat(mean(desert, 16)).isGreaterThan(mean(desert, 0));
        assertThat(mean(hills, 8)).isGreaterThan(mean(hills, 16));
    }

    @Test
    void theEdgesOfAPanoramaMeet() {
        var prompt = "360 view of a snowy valley with a lake";
        var closed = seam(imagine(prompt, "--panorama", "--seed", "7", "--steps", "10"));
        var open = seam(imagine(prompt, "--size", "256x128", "--seed", "7", "--steps", "10"));
        // first against last column, of what columns at the other borders of the autoencoder's cells differ by on
        // average
        assertThat(closed).isLessThan(2);
        assertThat(open).isGreaterThan(3 * closed);
    }

    @Test
    void thePredictorChoosesTheStepsAndTheReportSaysWhatBecameOfThem() {
        var made = imagine("a red sofa in a bright living room", "--seed", "7");
        var denoising = made.path("denoising");
        assertThat(denoising.path("chosen_by").asString()).isEqualTo("predicted");
        assertThat(denoising.path("steps").asInt())
                .isEqualTo(made.path("steps").asInt())
                .isBetween(4, 49);
        assertThat(denoising.path("planned_passes").asInt())
                .isEqualTo(2 * made.path("steps").asInt());
        assertThat(denoising.path("executed_passes").asInt()
                        + denoising.path("skipped_passes").asInt())
                .isEqualTo(denoising.path("planned_passes").asInt());
        var predicted = denoising.path("predicted");
        assertThat(predicted.path("least_steps").asInt())
                .isBetween(4, made.path("steps").asInt());
        assertThat(predicted.path("familiar").asBoolean()).isTrue();
        var careful = imagine("a red sofa in a bright living room", "--seed", "7", "--risk", "0.02");
        assertThat(careful.path("steps").asInt())
                .isGreaterThanOrEqualTo(made.path("steps").asInt());
    }

    @Test
    void stepsSaysWhatIsRecommendedForEachSampler() {
        var answer = json("steps", "a sofa", "minutes of the annual meeting of shareholders", "--json");
        assertThat(answer.path("prompts").size()).isEqualTo(2);
        var sofa = answer.path("prompts").get(0).path("schedulers");
        assertThat(sofa).extracting(node -> node.path("scheduler").asString()).contains("ddim");
        for (var node : sofa) {
            assertThat(node.path("familiar").asBoolean()).isTrue();
            assertThat(node.path("least_steps").asInt())
                    .isLessThanOrEqualTo(node.path("steps").asInt());
        }
        for (var node : answer.path("prompts").get(1).path("schedulers")) {
            assertThat(node.path("familiar").asBoolean()).isFalse();
            assertThat(node.path("steps").asInt()).isEqualTo(50);
        }
        var err = new StringWriter();
        assertThat(Main.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(err, true))
                        .execute("steps", "a sofa", "--scheduler", "lcm"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("scheduler lcm: the predictor of places was trained for ")
                .contains("(./suffice label --schedulers lcm) and train anew");
    }

    @Test
    void aSentenceEncoderAloneReadsThePromptAsThePipelineDoes() {
        var store = ModelStore.of(Installation.home());
        var folder = store.folder("places");
        var engine = Engines.named(Engines.DEFAULT);
        var card = Config.read(folder.resolve("suffice.json"));
        var encoder = PackagedEncoder.read(card, card.find("text_encoder").orElseThrow());
        try (var pipeline = Ldm3dPipeline.open(folder, "places", store.cache(), engine, SessionOptions.defaults());
                var alone = SentenceFeatures.open(encoder, store.cache(), engine, SessionOptions.defaults())) {
            for (var prompt : new String[] {"a sofa", "a blue car in front of green hills under a cloudy sky"}) {
                var expected = pipeline.promptFeatures(prompt);
                var features = alone.of(prompt);
                assertThat(features).hasSameSizeAs(expected);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(features[i]).isCloseTo(expected[i], within(1e-3f));
                }
            }
        }
    }

    private static JsonNode json(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var code = Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
        assertThat(code).as(err.toString()).isZero();
        return JsonMapper.shared().readTree(out.toString());
    }

    private JsonNode imagine(String prompt, String... options) {
        var arguments = new String[options.length + 5];
        System.arraycopy(new String[] {"imagine", prompt, "--json", "--out", folder.toString()}, 0, arguments, 0, 5);
        System.arraycopy(options, 0, arguments, 5, options.length);
        return json(arguments).path("images").get(0);
    }

    private static double seam(JsonNode made) {
        var image = RgbdFiles.read(Path.of(made.path("rgb").asString()));
        int cell = 8 * made.path("enlarged").asInt();
        int borders = image.width() / cell - 1;
        double seam = 0;
        double inside = 0;
        for (int y = 0; y < image.height(); y++) {
            seam += difference(image, 0, image.width() - 1, y);
            for (int x = cell; x < image.width(); x += cell) {
                inside += difference(image, x, x - 1, y) / (double) borders;
            }
        }
        return seam / inside;
    }

    private static int difference(RgbdImage image, int a, int b, int y) {
        var sum = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            sum += Math.abs((image.rgb(a, y) >> shift & 0xff) - (image.rgb(b, y) >> shift & 0xff));
        }
        return sum;
    }

    private static double meanDepth(RgbdImage image, int top, int bottom) {
        double sum = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = 0; x < image.width(); x++) {
                sum += image.depth(x, y);
            }
        }
        return sum / ((bottom - top) * image.width());
    }

    /** Mean of a channel (16 red, 8 green, 0 blue) over the lower half. */
    private static double mean(RgbdImage image, int shift) {
        double sum = 0;
        for (int y = image.height() / 2; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                sum += image.rgb(x, y) >> shift & 0xff;
            }
        }
        return sum;
    }
}
