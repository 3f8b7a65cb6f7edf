package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.util.ArrayList;

/**
 * Texts in two parts. Which part a text is in depends on it, the seed and the share, and on nothing else: equal texts (but for case and white space) are on the same side,
 * and more texts leave the others where they are. Immutable.
 *
 * @param chosen about the share asked for, in the order of the file
 * @param rest the others, in the order of the file
 */
public record Split(LabelledTexts chosen, LabelledTexts rest) {
    private static final double ONE = 0x1p53;

    /**
     * Splits texts.
     *
     * @param share of different texts to choose, above 0 and below 1
     * @param seed another one gives another split
     * @throws InvalidRequestException if the share is out of its range, or a side would have no texts
     */
    public static Split of(LabelledTexts texts, double share, long seed) {
        if (!(share > 0 && share < 1)) {
            throw new InvalidRequestException("share %s: must be above 0 and below 1".formatted(share));
        }
        var chosen = new ArrayList<Row>();
        var rest = new ArrayList<Row>();
        for (var row : texts.rows()) {
            double place = (TextHash.of(seed, row.content()) >>> 11) / ONE;
            (place < share ? chosen : rest).add(row);
        }
        if (chosen.isEmpty() || rest.isEmpty()) {
            throw new InvalidRequestException(
                    "share %s of %s: all %d texts are on one side; take another share or more texts"
                            .formatted(share, texts.source(), texts.size()));
        }
        return new Split(new LabelledTexts(texts.source(), chosen), new LabelledTexts(texts.source(), rest));
    }
}
