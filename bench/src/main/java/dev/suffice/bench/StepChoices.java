package dev.suffice.bench;

import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.stepsaver.StepPredictor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The numbers of steps of an experiment's prompts, by several ways to choose them that spend the same on average. */
final class StepChoices {
    private static final int ROUNDS = 40;

    private final int[] recommended;
    private final int[] byLength;
    private final double mean;

    private StepChoices(int[] recommended, int[] byLength) {
        this.recommended = recommended;
        this.byLength = byLength;
        this.mean = Arrays.stream(recommended).average().orElseThrow();
    }

    /**
     * Asks the predictors of all prompts.
     *
     * @param lengthOnly the baseline
     * @throws SufficeException if the model has no predictor
     */
    static StepChoices of(Ldm3dPipeline pipeline, StepPredictor lengthOnly, List<String> prompts, String scheduler) {
        var predictor = pipeline.predictor()
                .orElseThrow(
                        () -> new SufficeException(
                                "this model has no predictor of steps: leave out recommended, mean, length and auto, or train one"));
        var features = prompts.stream().map(pipeline::promptFeatures).toList();
        var risk = predictor.settings().risk();
        var recommended = steps(predictor, features, scheduler, risk);
        double mean = Arrays.stream(recommended).average().orElseThrow();
        // The risk at which the baseline spends as much.
        double low = 0.001;
        double high = 0.499;
        for (int round = 0; round < ROUNDS; round++) {
            double middle = (low + high) / 2;
            double spent = Arrays.stream(steps(lengthOnly, features, scheduler, middle))
                    .average()
                    .orElseThrow();
            if (spent > mean) {
                low = middle;
            } else {
                high = middle;
            }
        }
        // From the cheaper side up to the same mean, prompt by prompt.
        var cheaper = steps(lengthOnly, features, scheduler, high);
        var dearer = steps(lengthOnly, features, scheduler, low);
        int missing = Arrays.stream(recommended).sum() - Arrays.stream(cheaper).sum();
        var random = new SplittableRandom(5);
        for (int tries = 0; tries < 20 * cheaper.length && missing > 0; tries++) {
            int i = random.nextInt(cheaper.length);
            int more = dearer[i] - cheaper[i];
            if (more > 0 && more <= missing) {
                missing -= more;
                cheaper[i] = dearer[i];
            }
        }
        return new StepChoices(recommended, cheaper);
    }

    private static int[] steps(StepPredictor predictor, List<float[]> features, String scheduler, double risk) {
        return features.stream()
                .mapToInt(f -> predictor.advise(f, scheduler, risk).steps())
                .toArray();
    }

    int recommended(int prompt) {
        return recommended[prompt];
    }

    int byLength(int prompt) {
        return byLength[prompt];
    }

    /** The whole number below or above the mean, by lot. */
    int equalMean(long seed) {
        int below = (int) Math.floor(mean);
        return new SplittableRandom(seed).nextDouble() < mean - below ? below + 1 : below;
    }
}
