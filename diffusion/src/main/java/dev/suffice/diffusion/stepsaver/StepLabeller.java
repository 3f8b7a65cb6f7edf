package dev.suffice.diffusion.stepsaver;

import dev.suffice.core.Cancellation;
import dev.suffice.core.StepCount;
import dev.suffice.diffusion.GeneratedImage;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.RunListener;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.image.RgbdImage;
import dev.suffice.image.Similarity;
import java.util.ArrayList;
import java.util.List;

/** Runs a prompt at every count of a grid and compares the images. Thread-safe, as the pipeline is. */
public final class StepLabeller {
    private final Ldm3dPipeline pipeline;
    private final StepGrid grid;

    /** A labeller; the pipeline stays the caller's. */
    public StepLabeller(Ldm3dPipeline pipeline, StepGrid grid) {
        this.pipeline = pipeline;
        this.grid = grid;
    }

    /**
     * The curves of a prompt.
     *
     * @param sampler with the decisions of all runs but the reference, which takes none
     * @param seed of the first image; image k has seed + k
     * @param seeds how many
     * @return one curve per seed
     * @throws dev.suffice.core.CancelledException if cancelled, checked before every U-Net call
     */
    public List<StepCurve> curves(
            String prompt, SamplerSetting sampler, long seed, int seeds, Cancellation cancellation) {
        var images = new ArrayList<List<RgbdImage>>();
        for (var count : grid.counts()) {
            var request = ImageRequest.of(prompt)
                    .scheduler(sampler.scheduler())
                    .steps(StepCount.fixed(count))
                    .policy(count == grid.reference() ? StepPolicy.none() : sampler.policy())
                    .enlarge(false)
                    .seed(seed)
                    .count(seeds)
                    .build();
            images.add(pipeline.run(request, cancellation, RunListener.silent()).stream()
                    .map(GeneratedImage::image)
                    .toList());
        }
        var curves = new ArrayList<StepCurve>();
        for (int k = 0; k < seeds; k++) {
            int image = k;
            var ofSeed = images.stream().map(batch -> batch.get(image)).toList();
            curves.add(curve(grid, ofSeed));
        }
        return curves;
    }

    static StepCurve curve(StepGrid grid, List<RgbdImage> images) {
        var toReference = new ArrayList<Similarity>();
        var toNext = new ArrayList<Similarity>();
        for (int i = 0; i + 1 < images.size(); i++) {
            toReference.add(Similarity.of(images.get(i), images.getLast()));
            toNext.add(
                    i + 2 == images.size() ? toReference.getLast() : Similarity.of(images.get(i), images.get(i + 1)));
        }
        return new StepCurve(grid, toReference, toNext);
    }
}
