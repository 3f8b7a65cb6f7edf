package dev.suffice.train.eval;

import java.util.List;
import java.util.Map;

/**
 * How good the classifier itself is, on held-out renderings.
 *
 * @param label the main object or landscape is right
 * @param labelTop3 it is among the first three
 * @param setting indoors or outdoors is right
 * @param colour the object's colour is right, where its caption names one
 * @param perLabel by label
 * @param confusions the most frequent errors, as {@code true -> said: count}
 */
public record ClassifierQuality(
        Proportion label,
        Proportion labelTop3,
        Proportion setting,
        Proportion colour,
        Map<String, Proportion> perLabel,
        List<String> confusions) {}
