package dev.suffice.train.disco;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.speculate.DraftClassifier;
import dev.suffice.language.speculate.DraftTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a {@link DraftClassifier} (DISCO, Mamou et al. 2024): full batches, on four fifths of the prompts; the rest says when to stop and where the threshold
 * lies: where tokens per time are highest. The same traces and seed always give the same classifier. Thread-safe.
 */
public final class DiscoTraining {
    private static final int UNITS = 16;
    private static final int STEPS = 1500;
    private static final int PATIENCE = 200;
    private static final double RATE = 0.01;
    private static final double DECAY = 1e-4;
    private static final int HELD_OUT = 5;
    private static final int FEWEST = 20;
    private static final int THRESHOLDS = 100;

    private final DraftCosts costs;
    private final long seed;

    /** A training. */
    public DiscoTraining(DraftCosts costs, long seed) {
        this.costs = costs;
        this.seed = seed;
    }

    /**
     * A classifier and how good it is on the prompts that it was not trained on.
     *
     * @param classifier of drafted tokens
     * @param threshold to draft on with
     * @param tokens that were judged, of all prompts
     * @param accepted share of these that was accepted
     * @param areaUnderCurve of accepted against rejected tokens; 0.5 is chance
     * @param gain tokens in the time of a pass with classifier and threshold
     * @param bestLength the length that, used always, gives most
     * @param bestLengthGain and how much
     */
    public record Trained(
            DraftClassifier classifier,
            double threshold,
            int tokens,
            double accepted,
            double areaUnderCurve,
            double gain,
            int bestLength,
            double bestLengthGain) {}

    /**
     * Trains.
     *
     * @param prompts drafts of each prompt
     * @throws InvalidRequestException if there are too few accepted or too few rejected tokens to learn of
     */
    public Trained train(List<List<DraftTrace>> prompts) {
        var fitted = new ArrayList<DraftTrace>();
        var heldOut = new ArrayList<DraftTrace>();
        for (int p = 0; p < prompts.size(); p++) {
            (p % HELD_OUT == HELD_OUT - 1 ? heldOut : fitted).addAll(prompts.get(p));
        }
        var examples = LabelledToken.of(fitted);
        var judges = LabelledToken.of(heldOut);
        check(examples, "trained on");
        check(judges, "held out");
        var centre = new double[DraftClassifier.FEATURES];
        var scale = new double[DraftClassifier.FEATURES];
        standardise(examples, centre, scale);
        var classifier = new DraftClassifier(centre, scale, fit(examples, judges, centre, scale));
        double threshold = threshold(classifier, heldOut);
        int best = bestLength(heldOut);
        long accepted = count(examples) + count(judges);
        return new Trained(
                classifier,
                threshold,
                examples.size() + judges.size(),
                (double) accepted / (examples.size() + judges.size()),
                quality(classifier, judges),
                costs.tokensPerPass(heldOut, DraftCosts.until(classifier, threshold)),
                best,
                costs.tokensPerPass(heldOut, DraftCosts.always(best)));
    }

    private static void check(List<LabelledToken> tokens, String what) {
        long accepted = count(tokens);
        if (accepted < FEWEST || tokens.size() - accepted < FEWEST) {
            throw new InvalidRequestException(
                    "%d accepted and %d rejected tokens in the prompts that are %s: must be at least %d of both; give more prompts, or longer answers"
                            .formatted(accepted, tokens.size() - accepted, what, FEWEST));
        }
    }

    private static long count(List<LabelledToken> tokens) {
        return tokens.stream().filter(LabelledToken::accepted).count();
    }

    private static void standardise(List<LabelledToken> tokens, double[] centre, double[] scale) {
        for (int f = 0; f < centre.length; f++) {
            int feature = f;
            double mean = tokens.stream()
                    .mapToDouble(token -> token.features()[feature])
                    .average()
                    .orElseThrow();
            double variance = tokens.stream()
                    .mapToDouble(token -> Math.pow(token.features()[feature] - mean, 2))
                    .average()
                    .orElseThrow();
            centre[f] = mean;
            // A feature that never changes says nothing, and stays out.
            scale[f] = variance < 1e-18 ? 1 : Math.sqrt(variance);
        }
    }

    private double[] fit(List<LabelledToken> examples, List<LabelledToken> judges, double[] centre, double[] scale) {
        var loss = new ClassifierLoss(examples, centre, scale, UNITS, DECAY);
        var judge = new ClassifierLoss(judges, centre, scale, UNITS, 0);
        var random = new SplittableRandom(seed);
        var weights = new double[DraftClassifier.size(UNITS)];
        int hidden = UNITS * (DraftClassifier.FEATURES + 1);
        for (int w = 0; w < weights.length - 1; w++) {
            // Kaiming's for what is rectified.
            weights[w] = random.nextGaussian() * Math.sqrt(2.0 / (w < hidden ? DraftClassifier.FEATURES : UNITS));
        }
        var gradient = new double[weights.length];
        var ignored = new double[weights.length];
        var adam = new Adam(weights.length, RATE);
        var best = weights.clone();
        double least = judge.of(weights, ignored);
        int since = 0;
        for (int step = 0; step < STEPS && since < PATIENCE; step++) {
            loss.of(weights, gradient);
            adam.step(weights, gradient);
            double now = judge.of(weights, ignored);
            since++;
            if (now < least) {
                least = now;
                best = weights.clone();
                since = 0;
            }
        }
        return best;
    }

    /** Among probabilities that the classifier gives, the lowest of the thresholds with the most tokens per time. */
    private double threshold(DraftClassifier classifier, List<DraftTrace> traces) {
        var given = traces.stream()
                .flatMap(trace -> trace.features().stream())
                .mapToDouble(classifier::probability)
                .sorted()
                .toArray();
        double threshold = 0;
        double most = 0;
        for (int t = 0; t <= THRESHOLDS; t++) {
            double candidate = t == 0 ? 0 : given[(int) ((long) (given.length - 1) * t / THRESHOLDS)];
            double tokens = costs.tokensPerPass(traces, DraftCosts.until(classifier, candidate));
            if (tokens > most + 1e-9) {
                most = tokens;
                threshold = candidate;
            }
        }
        return threshold;
    }

    private int bestLength(List<DraftTrace> traces) {
        int longest =
                traces.stream().mapToInt(trace -> trace.features().size()).max().orElseThrow();
        int best = 1;
        for (int length = 2; length <= longest; length++) {
            if (costs.tokensPerPass(traces, DraftCosts.always(length))
                    > costs.tokensPerPass(traces, DraftCosts.always(best))) {
                best = length;
            }
        }
        return best;
    }

    private static double quality(DraftClassifier classifier, List<LabelledToken> tokens) {
        var scores = new double[tokens.size()];
        var labels = new boolean[tokens.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = classifier.probability(tokens.get(i).features());
            labels[i] = tokens.get(i).accepted();
        }
        return RankQuality.areaUnderCurve(scores, labels);
    }
}
