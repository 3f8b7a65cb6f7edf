package dev.suffice.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.core.Cancellation;
import dev.suffice.core.StageReport;
import dev.suffice.core.StepCount;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.diffusion.policy.StepRules;
import dev.suffice.diffusion.scheduler.Schedulers;
import dev.suffice.image.RgbdImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What policies do to whole runs. */
class StepPolicyRunTest {
    static final List<String> NAMES = Schedulers.names();
    private static final String EAGER = "converge=0.2,skip=5,guidance=0.1,reuse=5";
    private static final int STEPS = 10;

    private static Ldm3dPipeline pipeline;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        pipeline = TinyModel.open(TinyModel.FOUR_CHANNELS);
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    private static ImageRequest.Builder request(String policy) {
        return ImageRequest.of("a red sofa")
                .steps(StepCount.fixed(STEPS))
                .guidance(4)
                .seed(3)
                .policy(StepPolicy.parse(policy));
    }

    private static List<GeneratedImage> run(ImageRequest.Builder request) {
        return pipeline.run(request.build(), new Cancellation(), RunListener.silent());
    }

    private static GeneratedImage one(ImageRequest.Builder request) {
        return run(request).getFirst();
    }

    private static StageReport unet(GeneratedImage result) {
        return result.compute().stage("u-net").orElseThrow();
    }

    private static int worst(RgbdImage a, RgbdImage b) {
        int worst = 0;
        for (int y = 0; y < a.height(); y++) {
            for (int x = 0; x < a.width(); x++) {
                for (int c = 0; c < 3; c++) {
                    int shift = 8 * c;
                    worst = Math.max(
                            worst, Math.abs(((a.rgb(x, y) >> shift) & 0xff) - ((b.rgb(x, y) >> shift) & 0xff)));
                }
            }
        }
        return worst;
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void rulesThatNeverHoldChangeNothing(String scheduler) {
        var plain = one(request("none").scheduler(scheduler));
        var careful = one(request("converge=0,skip=0,reuse=0").scheduler(scheduler));
        // a divided network may round differently
        assertThat(worst(plain.image(), careful.image())).isLessThanOrEqualTo(1);
        assertThat(unet(careful).passes()).isEqualTo(unet(plain).passes());
        assertThat(unet(careful).flops()).isEqualTo(unet(plain).flops());
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void everySamplerWorksWithEveryRule(String scheduler) {
        var plain = unet(one(request("none").scheduler(scheduler)));
        for (var policy : List.of("converge=0.2", "skip=5", "guidance=0.1", "reuse=5", EAGER)) {
            var saved = unet(one(request(policy).scheduler(scheduler)));
            assertThat(saved.flops())
                    .as("%s with %s", scheduler, policy)
                    .isPositive()
                    .isLessThanOrEqualTo(plain.flops());
        }
        assertThat(unet(one(request(EAGER).scheduler(scheduler))).flops()).isLessThan(plain.flops());
    }

    /** The cost of a seed's image alone. */
    private static long cost(String policy, String scheduler, long seed) {
        return unet(one(request(policy).scheduler(scheduler).seed(seed))).flops();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ddim", "euler-a", "heun", "dpm++2m"})
    void imagesOfABatchDecideForThemselves(String scheduler) {
        int differing = 0;
        for (var rule : StepRules.names()) {
            // a threshold at which two seeds differ, if there is one
            for (double threshold = 0.02; threshold < 1; threshold *= 1.15) {
                var policy = "%s=%.4f".formatted(rule, rule.equals("guidance") ? 1 - threshold / 2 : threshold);
                if (cost(policy, scheduler, 3) != cost(policy, scheduler, 4)) {
                    var batch = run(request(policy).scheduler(scheduler).count(3));
                    for (int k = 0; k < 3; k++) {
                        var alone = one(request(policy).scheduler(scheduler).seed(3L + k));
                        assertThat(unet(batch.get(k)))
                                .as("%s, %s, image %d", scheduler, policy, k)
                                .extracting(StageReport::passes, StageReport::flops)
                                .containsExactly(
                                        unet(alone).passes(), unet(alone).flops());
                        assertThat(worst(batch.get(k).image(), alone.image())).isLessThanOrEqualTo(2);
                    }
                    differing++;
                    break;
                }
            }
        }
        assertThat(differing).as("rules by which seeds differ").isGreaterThanOrEqualTo(2);
    }

    @Test
    void countsWhatWasLeftOut() {
        var guidance = one(request("guidance=0").scheduler("ddim"));
        assertThat(unet(guidance).passes()).isEqualTo(STEPS + 3);
        assertThat(guidance.compute().decisions())
                .contains(
                        "policy: guidance=0.0",
                        "7 of 10 unconditional passes left out: they agreed with the conditional ones");

        var stopped = one(request("converge=1").scheduler("ddim"));
        assertThat(unet(stopped).passes()).isEqualTo(6);
        assertThat(stopped.compute().decisions())
                .contains("stopped after call 3 of 10: the image had stopped changing");

        var skipped = one(request("skip=10").scheduler("ddim"));
        assertThat(unet(skipped).passes()).isEqualTo(10);
        assertThat(skipped.compute().decisions()).contains("5 of 10 calls not made: the latents moved smoothly");

        var reused = one(request("reuse=10").scheduler("ddim"));
        assertThat(unet(reused).passes()).isEqualTo(20);
        assertThat(unet(reused).flops()).isLessThan(unet(one(request("none"))).flops());
        assertThat(reused.compute().decisions())
                .contains("12 of 20 passes without the deep part: its input had hardly changed");
    }

    @Test
    void withoutGuidanceThereIsNothingToLeaveOut() {
        var result = one(request("guidance=0").guidance(1));
        assertThat(unet(result).passes()).isEqualTo(STEPS);
        assertThat(result.compute().decisions()).containsExactly("policy: guidance=0.0");
    }

    @Test
    void worksOnImagesAndPanoramas() {
        var picture = TinyModel.picture(32, 16);
        assertThat(unet(one(request(EAGER).init(new InitImage(picture, 0.8)))).passes())
                .isLessThan(16);
        assertThat(unet(one(request(EAGER).size(new ImageSize(64, 32)).panorama(true)))
                        .passes())
                .isLessThan(20);
    }

    @Test
    void autoIsWhatTheModelsCardSays() throws IOException {
        TinyModel.copy(folder);
        Files.writeString(folder.resolve("suffice.json"), "{\"defaults\": {\"policy\": \"guidance=0\"}}");
        try (var model = TinyModel.open(folder)) {
            var result = model.run(request("auto").build(), new Cancellation(), RunListener.silent())
                    .getFirst();
            assertThat(unet(result).passes()).isEqualTo(STEPS + 3);
        }
        assertThat(unet(one(request("auto"))).passes()).isEqualTo(2 * STEPS);
    }
}
