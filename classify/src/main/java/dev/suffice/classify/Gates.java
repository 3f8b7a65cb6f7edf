package dev.suffice.classify;

import dev.suffice.classify.exit.ExitCriterion;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.family.EncoderHead;
import java.util.List;

/**
 * What a policy means for a classifier. A text leaves at the last of the heads at the latest, so that one head is for all texts.
 *
 * @param variant that runs
 * @param heads that are asked, rising by layer
 * @param criterion how sure they are
 * @param threshold from which on a text leaves
 */
record Gates(Variant variant, List<EncoderHead> heads, ExitCriterion criterion, double threshold) {
    private static Gates at(EncoderHead head, Variant variant) {
        return new Gates(variant, List.of(head), variant.files().card().criterion(), 0);
    }

    /** Whether texts may leave at different heads. */
    boolean decide() {
        return heads.size() > 1;
    }

    /**
     * What a policy asks for.
     *
     * @param variant to run
     * @param whole to run where nothing else keeps a promise
     * @throws InvalidRequestException if the model cannot do it
     */
    static Gates of(ExitPolicy policy, Variant variant, Variant whole) {
        var card = variant.files().card();
        var heads = variant.files().heads();
        if (!(policy instanceof ExitPolicy.Never) && card.exits().isEmpty()) {
            throw new InvalidRequestException(
                    "model %s: has no exits: use --exit none, or train them with ./suffice train exits"
                            .formatted(variant.name()));
        }
        return switch (policy) {
            case ExitPolicy.Never _ -> at(heads.getLast(), variant);
            case ExitPolicy.AtLayer(int layer) ->
                heads.stream()
                        .filter(head -> head.after() == layer)
                        .findFirst()
                        .map(head -> at(head, variant))
                        .orElseThrow(
                                () -> new InvalidRequestException("exit layer:%d: model %s has heads after layers %s"
                                        .formatted(layer, variant.name(), variant.exits())));
            case ExitPolicy.When(var criterion, double threshold) -> {
                if (!criterion.fits(card.task())) {
                    throw new InvalidRequestException("exit criterion %s: says nothing of answers of the kind %s"
                            .formatted(criterion.name(), card.task().text()));
                }
                yield new Gates(variant, heads, criterion, threshold);
            }
            case ExitPolicy.Auto auto -> {
                var found = variant.calibration(auto).policy();
                yield of(found, found instanceof ExitPolicy.Never ? whole : variant, whole);
            }
        };
    }
}
