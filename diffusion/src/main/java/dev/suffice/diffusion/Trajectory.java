package dev.suffice.diffusion;

import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.policy.StepRule;
import dev.suffice.diffusion.scheduler.Sampling;
import java.util.ArrayList;
import java.util.List;

/** One image on its way from noise: its sampler, its noise, its latents, and what the rules decide for it. Not thread-safe. */
final class Trajectory {
    private final Sampling sampling;
    private final NoiseSource noise;
    private final float[] latents;
    private final List<StepRule> rules;
    private final List<StepRule.Decisions> decisions;
    private final String label;
    private final int calls;
    private final float[] clean;
    private final float[] difference;
    private boolean finished;
    private int called;
    private int notAsked;
    private int conditional;
    private int unconditional;
    private int deep;

    /**
     * Begins.
     *
     * @param latents where the run starts; changed with every step
     * @param label of model and sampler, for messages
     */
    Trajectory(Sampling sampling, NoiseSource noise, float[] latents, List<StepRule> rules, String label) {
        this.sampling = sampling;
        this.noise = noise;
        this.latents = latents;
        this.rules = rules;
        this.decisions = rules.stream().map(StepRule::start).toList();
        this.calls = sampling.calls();
        this.label = label;
        this.clean = new float[latents.length];
        this.difference = new float[latents.length];
    }

    private StepRule.Place place(int call) {
        return new StepRule.Place(call, calls, sampling.order());
    }

    /** Whether nothing is left to do. */
    boolean finished() {
        return finished;
    }

    float[] latents() {
        return latents;
    }

    /** What the sampler takes the finished image to be. */
    float[] predictedClean() {
        var predicted = new float[latents.length];
        sampling.predictedClean(predicted);
        return finished ? latents.clone() : predicted;
    }

    /** Writes what the U-Net would see. @return whether it has to be asked */
    boolean asks(int call, float[] input) {
        sampling.scaleModelInput(latents, call, input);
        boolean asks = true;
        for (var decision : decisions) {
            asks &= decision.asks(place(call), input);
        }
        return asks || call == 0;
    }

    /** Whether the unconditional prediction is needed. */
    boolean guides(int call) {
        boolean guides = true;
        for (var decision : decisions) {
            guides &= decision.guides(place(call));
        }
        return guides || call == 0;
    }

    /** Whether the deep part of the U-Net is needed. */
    boolean deepens(int call, double change) {
        boolean deepens = !Double.isFinite(change);
        boolean wanted = true;
        for (var decision : decisions) {
            wanted &= decision.deepens(place(call), change);
        }
        return deepens || wanted;
    }

    /** Counts passes of the U-Net. */
    void ran(boolean guided, int deepRows) {
        conditional++;
        unconditional += guided ? 1 : 0;
        deep += deepRows;
    }

    /** The guided prediction of both; their difference is kept. */
    void guide(int call, Guidance guidance, float[] conditioned, float[] unconditioned, float[] guided) {
        decisions.forEach(decision -> decision.predicted(place(call), conditioned, unconditioned));
        for (int i = 0; i < difference.length; i++) {
            difference[i] = unconditioned[i] - conditioned[i];
        }
        guidance.apply(unconditioned, 0, conditioned, 0, guided);
    }

    /** The guided prediction of the conditional one and the difference that was kept. */
    void guideAsBefore(Guidance guidance, float[] conditioned, float[] guided) {
        var unconditioned = new float[difference.length];
        for (int i = 0; i < difference.length; i++) {
            unconditioned[i] = conditioned[i] + difference[i];
        }
        guidance.apply(unconditioned, 0, conditioned, 0, guided);
    }

    /** Goes on as the U-Net says. */
    void step(int call, float[] output) {
        advance(call, output);
        if (decisions.isEmpty()) {
            return;
        }
        sampling.predictedClean(clean);
        boolean continues = true;
        for (var decision : decisions) {
            continues &= decision.continues(place(call), clean);
        }
        if (!continues && !finished) {
            finished = true;
            System.arraycopy(clean, 0, latents, 0, clean.length);
        }
    }

    private void advance(int call, float[] output) {
        sampling.step(call, output, latents, noise, latents);
        called = call + 1;
        for (var value : latents) {
            if (!Float.isFinite(value)) {
                throw new SufficeException(
                        "%s: not a number after U-Net call %d; the weights or the scheduler's configuration do not fit"
                                .formatted(label, call + 1));
            }
        }
        finished = called == calls;
    }

    /** Goes on towards the clean image that was predicted last, without asking the U-Net. */
    void stepUnasked(int call) {
        notAsked++;
        var output = new float[latents.length];
        sampling.outputFor(call, clean, latents, output);
        advance(call, output);
    }

    /** Passes of the U-Net: conditional and unconditional rows. */
    int passes() {
        return conditional + unconditional;
    }

    /** Of these, how many had the deep part. */
    int deepPasses() {
        return deep;
    }

    /** What the rules decided, in words. */
    List<String> words(boolean guided) {
        var words = new ArrayList<String>();
        if (rules.isEmpty()) {
            return words;
        }
        words.add(
                "policy: " + String.join(",", rules.stream().map(StepRule::text).toList()));
        if (called < calls) {
            words.add("stopped after call %d of %d: the image had stopped changing".formatted(called, calls));
        }
        if (notAsked > 0) {
            words.add("%d of %d calls not made: the latents moved smoothly".formatted(notAsked, called));
        }
        if (guided && unconditional < conditional) {
            words.add("%d of %d unconditional passes left out: they agreed with the conditional ones"
                    .formatted(conditional - unconditional, conditional));
        }
        if (deep < passes()) {
            words.add("%d of %d passes without the deep part: its input had hardly changed"
                    .formatted(passes() - deep, passes()));
        }
        return words;
    }
}
