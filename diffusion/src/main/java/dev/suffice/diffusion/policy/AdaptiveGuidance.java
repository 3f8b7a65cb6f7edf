package dev.suffice.diffusion.policy;

/**
 * Leaves out the unconditional pass once it says nearly the same as the conditional one (Adaptive Guidance, Castillo et al. 2023): from the
 * call after the one where their cosine reached the similarity, their difference is taken to stay as it was.
 *
 * @param similarity cosine, 0 (from the second call) to 1 (never, or nearly)
 */
public record AdaptiveGuidance(double similarity) implements StepRule {
    static final String NAME = "guidance";

    /** Checks the range. */
    public AdaptiveGuidance {
        StepRules.check(NAME, similarity, 0, 1);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String text() {
        return NAME + "=" + similarity;
    }

    @Override
    public Decisions start() {
        return new Decisions() {
            private boolean agreed;

            @Override
            public boolean guides(Place place) {
                return !agreed;
            }

            @Override
            public void predicted(Place place, float[] conditional, float[] unconditional) {
                double product = 0;
                for (int i = 0; i < conditional.length; i++) {
                    product += (double) conditional[i] * unconditional[i];
                }
                var norms = StepRules.norm(conditional) * StepRules.norm(unconditional);
                agreed = product >= similarity * norms && norms > 0;
            }
        };
    }
}
