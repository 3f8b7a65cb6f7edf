package dev.suffice.diffusion.policy;

/**
 * Ends the run when the clean image that the sampler predicts has stopped moving: its change over a step, relative to its size, stayed
 * below the threshold twice in a row.
 *
 * @param threshold 0 (never) to 1
 */
public record ConvergenceStop(double threshold) implements StepRule {
    static final String NAME = "converge";
    private static final int IN_A_ROW = 2;

    /** Checks the range. */
    public ConvergenceStop {
        StepRules.check(NAME, threshold, 0, 1);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Decisions start() {
        return new Decisions() {
            private float[] before = new float[0];
            private int still;

            @Override
            public boolean continues(Place place, float[] clean) {
                if ((place.call() + 1) % place.order() != 0) {
                    return true; // in the middle of a step
                }
                if (before.length == clean.length) {
                    double change = 0;
                    for (int i = 0; i < clean.length; i++) {
                        double difference = clean[i] - before[i];
                        change += difference * difference;
                    }
                    still = Math.sqrt(change) < threshold * StepRules.norm(clean) ? still + 1 : 0;
                }
                before = clean.clone();
                return still < IN_A_ROW;
            }
        };
    }
}
