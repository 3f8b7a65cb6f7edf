package dev.suffice.diffusion.policy;

/**
 * Does not ask the U-Net where the latents move smoothly (AdaptiveDiffusion, Ye et al. 2024): with d(i) the difference of the latents at two
 * steps that follow each other, it asks when |(d(i) + d(i-2)) / 2 - d(i-1)| is at least the threshold times |d(i-1)|, and at
 * least once in four steps. The first steps and the last one are always asked.
 *
 * @param threshold 0 (always asks) to 10
 */
public record ThirdOrderSkip(double threshold) implements StepRule {
    static final String NAME = "skip";
    private static final int MOST_IN_A_ROW = 3;
    private static final int KEPT = 4;

    /** Checks the range. */
    public ThirdOrderSkip {
        StepRules.check(NAME, threshold, 0, 10);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Decisions start() {
        return new Decisions() {
            private final float[][] latents = new float[KEPT][];
            private int seen;
            private int skipped;
            private boolean asking = true;

            @Override
            public boolean asks(Place place, float[] input) {
                if (place.call() % place.order() != 0) {
                    return asking; // the second half of a step goes the way of the first
                }
                latents[seen++ % KEPT] = input.clone();
                boolean ending = place.call() + place.order() >= place.calls();
                asking = seen < KEPT || ending || skipped == MOST_IN_A_ROW || bends();
                skipped = asking ? 0 : skipped + 1;
                return asking;
            }

            private float[] ago(int steps) {
                return latents[(seen - 1 - steps) % KEPT];
            }

            private boolean bends() {
                double third = 0;
                double first = 0;
                for (int i = 0; i < ago(0).length; i++) {
                    double now = ago(0)[i] - ago(1)[i];
                    double middle = ago(1)[i] - ago(2)[i];
                    double then = ago(2)[i] - ago(3)[i];
                    double bend = (now + then) / 2 - middle;
                    third += bend * bend;
                    first += middle * middle;
                }
                return Math.sqrt(third) >= threshold * Math.sqrt(first);
            }
        };
    }
}
