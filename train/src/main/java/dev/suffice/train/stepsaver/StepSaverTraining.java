package dev.suffice.train.stepsaver;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.stepsaver.GapRegression;
import dev.suffice.diffusion.stepsaver.KnownPrompts;
import dev.suffice.diffusion.stepsaver.StepCalibration;
import dev.suffice.diffusion.stepsaver.StepPredictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Trains and calibrates a predictor. Prompts are divided by a hash of their text: seven tenths are fitted, three
 * tenths calibrate and are measured on; images of one prompt stay together.
 */
public final class StepSaverTraining {
    private static final int FEWEST = 20;
    private static final int CENTRES = 32;
    private static final double FAMILIAR = 0.99;

    private final StepPredictor.Settings settings;
    private final long seed;

    /**
     * Prepares training.
     *
     * @param settings of the predictor to be
     * @param seed of the centres
     */
    public StepSaverTraining(StepPredictor.Settings settings, long seed) {
        this.settings = settings;
        this.seed = seed;
    }

    /**
     * How well a sampler's steps are predicted, on the images that calibrate it.
     *
     * @param scheduler short name
     * @param images that it is measured on
     * @param kept share of images that need no more than recommended
     * @param steps recommended, mean
     * @param byLength the same of a predictor that reads only the length of the prompt, at the same risk
     * @param constant the count that is enough for the same share of images
     */
    public record Quality(String scheduler, int images, double kept, double steps, double byLength, int constant) {}

    /**
     * A trained predictor.
     *
     * @param predictor the result
     * @param byLength the baseline that reads only the length of the prompt
     * @param qualities of each sampler
     */
    public record Trained(StepPredictor predictor, StepPredictor byLength, List<Quality> qualities) {}

    private record Split(List<StepExample> fit, List<StepExample> calibrate) {
        static Split of(List<StepExample> examples) {
            var split = new Split(new ArrayList<>(), new ArrayList<>());
            for (var example : examples) {
                int at = Math.floorMod((example.prompt().hashCode() * 0x9e3779b9) >>> 8, 10);
                (at < 7 ? split.fit : split.calibrate).add(example);
            }
            return split;
        }
    }

    /**
     * Trains.
     *
     * @throws InvalidRequestException if a sampler has too few images
     */
    public Trained train(List<StepExample> examples) {
        for (int s = 0; s < settings.schedulers().size(); s++) {
            int sampler = s;
            long count = examples.stream().filter(e -> e.sampler() == sampler).count();
            if (count < FEWEST) {
                throw new InvalidRequestException(
                        "scheduler %s: %d labelled images, at least %d are needed; label more prompts with it (./suffice label), or leave it out with --schedulers"
                                .formatted(settings.schedulers().get(s), count, FEWEST));
            }
        }
        var split = Split.of(examples);
        var known = known(split);
        var predictor = predictor(split, known, false);
        var byLength = predictor(split, known, true);
        var qualities = new ArrayList<Quality>();
        for (int s = 0; s < settings.schedulers().size(); s++) {
            qualities.add(quality(predictor, byLength, split, s));
        }
        return new Trained(predictor, byLength, qualities);
    }

    private KnownPrompts known(Split split) {
        var width = split.fit.getFirst().features().length - 1;
        var vectors = split.fit.stream()
                .map(example -> Arrays.copyOf(example.features(), width))
                .toList();
        var centres = PromptCentres.of(vectors, CENTRES, seed);
        var open = new KnownPrompts(centres, 2).rounded();
        var novelties = split.calibrate.stream()
                .mapToDouble(example -> open.novelty(example.features()))
                .sorted()
                .toArray();
        return new KnownPrompts(
                open.centres(), novelties.length == 0 ? 2 : novelties[(int) (FAMILIAR * (novelties.length - 1))]);
    }

    private StepPredictor predictor(Split split, KnownPrompts known, boolean lengthOnly) {
        int counts = settings.grid().counts().size() - 1;
        var regression = new GapRegressionFit(settings.schedulers().size(), counts, lengthOnly)
                .fit(split.fit)
                .rounded();
        var calibrations = new ArrayList<StepCalibration>();
        for (int s = 0; s < settings.schedulers().size(); s++) {
            calibrations.add(calibration(regression, split, s));
        }
        return new StepPredictor(settings, regression, calibrations, known);
    }

    private StepCalibration calibration(GapRegression regression, Split split, int sampler) {
        var mine = split.calibrate.stream().filter(e -> e.sampler() == sampler).toList();
        var below = new float[mine.size()];
        var at = new float[mine.size()];
        for (int i = 0; i < below.length; i++) {
            var enough = regression.enough(mine.get(i).features(), sampler, settings.close(), settings.grid());
            int needed = mine.get(i).needed();
            below[i] = needed == 0 ? 0 : (float) enough[needed - 1];
            at[i] = (float) enough[needed];
        }
        return new StepCalibration(below, at);
    }

    private Quality quality(StepPredictor predictor, StepPredictor byLength, Split split, int sampler) {
        var name = settings.schedulers().get(sampler);
        var counts = settings.grid().choices();
        var mine = split.calibrate.stream().filter(e -> e.sampler() == sampler).toList();
        double kept = 0;
        double steps = 0;
        double stepsByLength = 0;
        for (var example : mine) {
            int recommended =
                    predictor.advise(example.features(), name, settings.risk()).steps();
            kept += recommended >= counts.get(example.needed()) ? 1 : 0;
            steps += recommended;
            stepsByLength +=
                    byLength.advise(example.features(), name, settings.risk()).steps();
        }
        var needed = mine.stream().mapToInt(StepExample::needed).sorted().toArray();
        int constant = needed.length == 0
                ? counts.getLast()
                : counts.get(needed[
                        Math.min(needed.length - 1, (int) Math.ceil((1 - settings.risk()) * needed.length) - 1)]);
        return new Quality(
                name, mine.size(), kept / mine.size(), steps / mine.size(), stepsByLength / mine.size(), constant);
    }
}
