package dev.suffice.language;

import dev.suffice.models.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The tokens that two vocabularies share: those of the same bytes, and special ones of the same name. No token has more than one counterpart. Immutable.
 */
public final class VocabularyMap {
    /** What a token has that has no counterpart. */
    public static final int NONE = -1;

    private final int[] toTarget;
    private final int[] toDraft;
    private final double coverage;
    private final boolean same;

    private VocabularyMap(int[] toTarget, int[] toDraft, double coverage, boolean same) {
        this.toTarget = toTarget;
        this.toDraft = toDraft;
        this.coverage = coverage;
        this.same = same;
    }

    /** A token's bytes; a special token's name is no text. */
    private record Key(boolean special, ByteBuffer bytes) {}

    /**
     * Compares two vocabularies.
     *
     * @param target tokenizer of the model that is drafted for
     * @param targetTokens that this model gives scores to, at least 1
     * @param draft tokenizer of the model that drafts
     * @param draftTokens that this one gives scores to, at least 1
     */
    public static VocabularyMap of(Tokenizer target, int targetTokens, Tokenizer draft, int draftTokens) {
        var ours = keys(target, targetTokens);
        var theirs = keys(draft, draftTokens);
        var toTarget = new int[draftTokens];
        var toDraft = new int[targetTokens];
        Arrays.fill(toTarget, NONE);
        Arrays.fill(toDraft, NONE);
        int shared = 0;
        for (var entry : ours.entrySet()) {
            var counterpart = theirs.get(entry.getKey());
            if (counterpart != null) {
                toTarget[counterpart] = entry.getValue();
                toDraft[entry.getValue()] = counterpart;
                shared++;
            }
        }
        return new VocabularyMap(
                toTarget,
                toDraft,
                ours.isEmpty() ? 0 : (double) shared / ours.size(),
                draftTokens >= targetTokens && same(target, draft));
    }

    private static Map<Key, Integer> keys(Tokenizer tokenizer, int tokens) {
        var keys = new HashMap<Key, Integer>();
        for (int token = 0; token < Math.min(tokens, tokenizer.vocabularySize()); token++) {
            var bytes = tokenizer.bytes(token);
            if (bytes.length > 0) {
                keys.merge(
                        new Key(tokenizer.isSpecial(token), ByteBuffer.wrap(bytes)),
                        token,
                        (a, b) -> name(tokenizer, b) < name(tokenizer, a) ? b : a);
            }
        }
        return keys;
    }

    /** Of two tokens with the same bytes the one with the longer name, such as {@code <0x41>} besides {@code A}, is only for what has no other. */
    private static int name(Tokenizer tokenizer, int token) {
        return tokenizer.token(token).orElse("").length();
    }

    private static boolean same(Tokenizer a, Tokenizer b) {
        if (a.vocabularySize() != b.vocabularySize()) {
            return false;
        }
        for (int token = 0; token < a.vocabularySize(); token++) {
            if (!a.token(token).equals(b.token(token)) || a.isSpecial(token) != b.isSpecial(token)) {
                return false;
            }
        }
        return true;
    }

    /** The target's number of a token of the draft model; {@link #NONE} if it has no such token. */
    public int toTarget(int draftToken) {
        return draftToken < toTarget.length ? toTarget[draftToken] : NONE;
    }

    /** The draft model's number of a token of the target; {@link #NONE} if it has no such token. */
    public int toDraft(int targetToken) {
        return targetToken < toDraft.length ? toDraft[targetToken] : NONE;
    }

    /** Tokens that the target gives scores to. */
    int targetTokens() {
        return toDraft.length;
    }

    /** Tokens that the draft model gives scores to. */
    int draftTokens() {
        return toTarget.length;
    }

    /** The share of the target's tokens that the draft model has, 0 to 1. */
    public double coverage() {
        return coverage;
    }

    /** Whether every number stands for the same token in both, so that nothing needs to be mapped. */
    public boolean same() {
        return same;
    }
}
