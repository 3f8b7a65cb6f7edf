package dev.suffice.models.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * The merges that a vocabulary with scores stands for (SentencePiece's byte pair encoding): two neighbours become one
 * piece if that is a token, and of all pairs the one whose piece has the highest score goes first. Each way to cut a
 * piece in two tokens is a merge, in the order of the pieces' scores.
 *
 * <p>One difference remains: where one piece can be made in two ways at overlapping places, SentencePiece takes the one
 * further left, and a list of merges always the same way.
 */
final class ScoreMerges {
    /** A merge of two tokens. */
    record Merge(String left, String right) {}

    private record Cut(int piece, int leftId, Merge merge) {}

    private ScoreMerges() {}

    /**
     * @param tokens by number
     * @param ids the other way round
     * @param scores by number
     * @param isPiece whether merges may lead to the token of that number
     */
    static List<Merge> of(List<String> tokens, Map<String, Integer> ids, double[] scores, IntPredicate isPiece) {
        var cuts = new ArrayList<Cut>();
        for (int id = 0; id < scores.length; id++) {
            var token = tokens.get(id);
            for (int at = 1; at < token.length() && isPiece.test(id); at++) {
                if (Character.isLowSurrogate(token.charAt(at))) {
                    continue;
                }
                var left = ids.get(token.substring(0, at));
                var right = left == null ? null : ids.get(token.substring(at));
                if (left != null && right != null && isPiece.test(left) && isPiece.test(right)) {
                    cuts.add(new Cut(id, left, new Merge(tokens.get(left), tokens.get(right))));
                }
            }
        }
        return cuts.stream()
                .sorted(Comparator.comparingDouble((Cut cut) -> -scores[cut.piece()])
                        .thenComparingInt(Cut::piece)
                        .thenComparingInt(Cut::leftId))
                .map(Cut::merge)
                .toList();
    }
}
