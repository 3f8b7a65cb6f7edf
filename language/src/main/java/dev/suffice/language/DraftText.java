package dev.suffice.language;

import dev.suffice.models.tokenizer.Tokenizer;

/**
 * A text that a model writes, as a draft model with another tokenizer sees it: in its own tokens, begun as it begins texts. Special tokens that it has not are
 * left out. Not thread-safe.
 */
final class DraftText {
    private final Tokenizer target;
    private final VocabularyMap map;
    private final RetokenizedText text;
    private final int begin;
    private boolean empty = true;

    /**
     * A text without tokens.
     *
     * @param target tokenizer of who writes it
     */
    DraftText(Tokenizer target, ByteTokenizer draft, VocabularyMap map) {
        this.target = target;
        this.map = map;
        this.text = new RetokenizedText(draft);
        var around = draft.tokenizer().encode("", true);
        this.begin = around.length > 0
                        && around[0] == draft.tokenizer().special().bos().orElse(VocabularyMap.NONE)
                ? around[0]
                : VocabularyMap.NONE;
        if (begin != VocabularyMap.NONE) {
            text.appendSpecial(begin);
        }
    }

    /** The text goes on with tokens of who writes it. */
    void read(int[] tokens) {
        for (int token : tokens) {
            if (!target.isSpecial(token)) {
                text.append(target.bytes(token));
            } else if (map.toDraft(token) != VocabularyMap.NONE && !(empty && map.toDraft(token) == begin)) {
                text.appendSpecial(map.toDraft(token));
            }
            empty = false;
        }
    }

    /** A copy of the draft model's tokens. */
    int[] tokens() {
        return text.tokens();
    }
}
