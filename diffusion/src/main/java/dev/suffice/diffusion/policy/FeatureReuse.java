package dev.suffice.diffusion.policy;

/**
 * Runs only the outer blocks of the U-Net where its inner ones would say what they said before (DeepCache, Ma et al. 2023), decided by the
 * input as first-block caching does: the deep part runs when what enters it has changed by more than the threshold since it ran
 * last, and at least once in four calls. The last call always has it.
 *
 * @param threshold relative change, 0 (always runs) to 10
 */
public record FeatureReuse(double threshold) implements StepRule {
    static final String NAME = "reuse";
    private static final int MOST_IN_A_ROW = 3;

    /** Checks the range. */
    public FeatureReuse {
        StepRules.check(NAME, threshold, 0, 10);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean divides() {
        return true;
    }

    @Override
    public Decisions start() {
        return new Decisions() {
            private int reused;

            @Override
            public boolean deepens(Place place, double change) {
                boolean deep = place.last() || reused == MOST_IN_A_ROW || !(change < threshold);
                reused = deep ? 0 : reused + 1;
                return deep;
            }
        };
    }
}
