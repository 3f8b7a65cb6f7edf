package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.ModelPair;

/**
 * A smaller model that drafts for another.
 *
 * @param drafter what drafts with it; thread-safe; must not outlive the two models
 * @param method how
 * @param coverage the share of the other model's tokens that it has, 0 to 1
 * @param pair the two models
 */
public record DraftModel(Drafter drafter, DraftMethod method, double coverage, ModelPair pair) {
    /**
     * Drafts token by token: as it is if both models number the same tokens alike, and from the tokens that both have otherwise.
     *
     * @throws InvalidRequestException if they have almost none
     */
    public static DraftModel of(LanguageModel target, LanguageModel draft) {
        var map = map(target, draft);
        return map.same()
                ? of(DraftMethod.SAME_VOCABULARY, map, target, draft)
                : of(DraftMethod.TLI, map, target, draft);
    }

    /**
     * Drafts by a method.
     *
     * @throws InvalidRequestException if the vocabularies do not allow it
     */
    public static DraftModel of(LanguageModel target, LanguageModel draft, DraftMethod method) {
        return of(method, map(target, draft), target, draft);
    }

    private static DraftModel of(DraftMethod method, VocabularyMap map, LanguageModel target, LanguageModel draft) {
        var drafter = switch (method) {
            case SAME_VOCABULARY -> {
                if (!map.same()) {
                    throw new InvalidRequestException(
                            "draft model %s: numbers its tokens otherwise than %s; let it draft by tli or slem"
                                    .formatted(draft.name(), target.name()));
                }
                yield new ModelDrafter(draft.session(), map.targetTokens());
            }
            case TLI -> new TokenIntersectionDrafter(draft.session(), draft.tokenizer(), target.tokenizer(), map);
            case SLEM -> new StringMatchDrafter(draft.session(), draft.tokenizer(), target.tokenizer(), map);
        };
        var pair = new ModelPair(
                target.name(), target.fingerprint(), draft.name(), draft.fingerprint(), method.toString());
        return new DraftModel(drafter, method, map.coverage(), pair);
    }

    private static VocabularyMap map(LanguageModel target, LanguageModel draft) {
        return VocabularyMap.of(
                target.tokenizer(),
                target.session().vocabulary(),
                draft.tokenizer(),
                draft.session().vocabulary());
    }
}
