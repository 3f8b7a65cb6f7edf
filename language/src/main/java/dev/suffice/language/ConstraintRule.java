package dev.suffice.language;

import dev.suffice.language.constrain.Constraint;
import dev.suffice.language.constrain.ConstraintState;
import dev.suffice.language.constrain.TokenMask;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.models.tokenizer.Tokenizer;
import java.util.Set;

/** Lets nothing be written but what a constraint allows, and end where it may end. */
final class ConstraintRule implements TokenRule {
    private final Tokenizer tokenizer;
    private final Set<Integer> ends;
    private final int[] endTokens;
    private final TokenMask mask;
    private final ConstraintState state;

    /** At the start of an answer. */
    ConstraintRule(Tokenizer tokenizer, TokenMask mask, Constraint constraint) {
        this(tokenizer, tokenizer.special().ends(), mask, constraint.start());
    }

    private ConstraintRule(Tokenizer tokenizer, Set<Integer> ends, TokenMask mask, ConstraintState state) {
        this.tokenizer = tokenizer;
        this.ends = ends;
        this.endTokens = ends.stream().mapToInt(Integer::intValue).toArray();
        this.mask = mask;
        this.state = state;
    }

    @Override
    public void apply(float[] logits) {
        mask.apply(state, logits, endTokens);
    }

    @Override
    public void advance(int token) {
        if (!ends.contains(token)) {
            state.advance(tokenizer.bytes(token));
        }
    }

    @Override
    public TokenRule copy() {
        return new ConstraintRule(tokenizer, ends, mask, state.copy());
    }
}
