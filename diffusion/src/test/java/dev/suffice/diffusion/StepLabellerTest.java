package dev.suffice.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.core.Cancellation;
import dev.suffice.core.StepCount;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.diffusion.stepsaver.SamplerSetting;
import dev.suffice.diffusion.stepsaver.StepGrid;
import dev.suffice.diffusion.stepsaver.StepLabeller;
import dev.suffice.image.Similarity;
import org.junit.jupiter.api.Test;

class StepLabellerTest {
    @Test
    void comparesTheImagesOfEveryCountFromTheSameNoise() {
        try (var pipeline = TinyModel.open(TinyModel.FOUR_CHANNELS)) {
            var curves = new StepLabeller(pipeline, StepGrid.parse("2,4,8"))
                    .curves("a sofa", SamplerSetting.parse("euler-a"), 7, 2, new Cancellation());
            assertThat(curves).hasSize(2);
            for (int k = 0; k < 2; k++) {
                var two = image(pipeline, 2, 7 + k);
                var four = image(pipeline, 4, 7 + k);
                var eight = image(pipeline, 8, 7 + k);
                assertClose(curves.get(k).toReference().get(0), Similarity.of(two.image(), eight.image()));
                assertClose(curves.get(k).toReference().get(1), Similarity.of(four.image(), eight.image()));
                assertClose(curves.get(k).toNext().get(0), Similarity.of(two.image(), four.image()));
                assertThat(curves.get(k).toNext().get(1))
                        .isEqualTo(curves.get(k).toReference().get(1));
            }
            assertThat(curves.get(0)).isNotEqualTo(curves.get(1));
        }
    }

    @Test
    void decisionsAreTakenInEveryRunButTheReference() {
        try (var pipeline = TinyModel.open(TinyModel.FOUR_CHANNELS)) {
            var grid = StepGrid.parse("8,12");
            var with = new StepLabeller(pipeline, grid)
                    .curves("a sofa", SamplerSetting.parse("euler-a/skip=10"), 7, 1, new Cancellation());
            var skipping = pipeline.run(
                            ImageRequest.of("a sofa")
                                    .scheduler("euler-a")
                                    .steps(StepCount.fixed(8))
                                    .policy(StepPolicy.parse("skip=10"))
                                    .seed(7)
                                    .build(),
                            new Cancellation(),
                            RunListener.silent())
                    .getFirst();
            assertThat(skipping.passes().skipped()).isPositive();
            assertClose(
                    with.getFirst().toReference().getFirst(),
                    Similarity.of(skipping.image(), image(pipeline, 12, 7).image()));
        }
    }

    private static GeneratedImage image(Ldm3dPipeline pipeline, int steps, long seed) {
        var request = ImageRequest.of("a sofa")
                .scheduler("euler-a")
                .steps(StepCount.fixed(steps))
                .policy(StepPolicy.none())
                .seed(seed)
                .build();
        return pipeline.run(request, new Cancellation(), RunListener.silent()).getFirst();
    }

    /** A batch may round otherwise than an image alone. */
    private static void assertClose(Similarity actual, Similarity expected) {
        assertThat(Math.abs(actual.rgb() - expected.rgb())).isLessThan(1e-3);
        assertThat(Math.abs(actual.depth() - expected.depth())).isLessThan(1e-3);
    }
}
