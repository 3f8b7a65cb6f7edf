package dev.suffice.language.sampling;

/** An answer so far, as far as it decides on the next token: what occurred, and what may follow. Not thread-safe. */
public final class Writing {
    private final Sampler sampler;
    private final TokenCounts counts;
    private final TokenRule rule;

    private Writing(Sampler sampler, TokenCounts counts, TokenRule rule) {
        this.sampler = sampler;
        this.counts = counts;
        this.rule = rule;
    }

    /** An empty answer to a prompt. */
    public static Writing of(SamplingOptions options, int[] prompt, TokenRule rule) {
        return new Writing(new Sampler(options), new TokenCounts(prompt), rule.copy());
    }

    /** How tokens are chosen. */
    public SamplingOptions options() {
        return sampler.options();
    }

    /**
     * The distribution of the next token.
     *
     * @param logits scores of all tokens; changed
     */
    public TokenDistribution next(float[] logits) {
        return sampler.distribution(logits, counts, rule);
    }

    /**
     * How far the highest score is above the second, after penalties, bias and rule.
     *
     * @param logits scores of all tokens; not changed
     */
    public float margin(float[] logits) {
        // Where nothing changes the scores, no copy has to be made of them.
        return sampler.margin(isPlain() ? logits : logits.clone(), counts, rule);
    }

    /** Whether the next token is the one with the highest score, whatever was written before. */
    @SuppressWarnings("ReferenceEquality") // the one rule that allows everything
    public boolean isPlain() {
        var options = options();
        return options.isGreedy() && !options.penalises() && options.bias().isEmpty() && rule == TokenRule.NONE;
    }

    /** The answer goes on with a token. */
    public void add(int token) {
        counts.add(token);
        rule.advance(token);
    }

    /** The same answer, which goes its own way from here. */
    public Writing copy() {
        return new Writing(sampler, counts.copy(), rule.copy());
    }
}
