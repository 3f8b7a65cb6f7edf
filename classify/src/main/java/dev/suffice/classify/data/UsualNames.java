package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The names by which columns are recognised. */
final class UsualNames {
    private static final List<String> TEXTS = List.of("text", "sentence", "review", "content");
    private static final List<String> LABELS = List.of("label", "labels", "class", "score", "target");
    private static final List<String> TOKENS = List.of("tokens", "words");
    private static final List<String> TOKEN_LABELS = List.of("labels", "tags", "ner_tags", "label");
    private static final List<List<String>> PAIRS = List.of(
            List.of("sentence1", "sentence2"),
            List.of("text1", "text2"),
            List.of("text", "text2"),
            List.of("text", "text_pair"),
            List.of("question1", "question2"),
            List.of("premise", "hypothesis"),
            List.of("question", "sentence"),
            List.of("#1 string", "#2 string"));

    /** What files of GLUE call their labels; another column may be meant where one of the usual names is there too. */
    private static final List<String> RARE_LABELS = List.of("gold_label", "is_duplicate", "quality");

    private UsualNames() {}

    /** What is recognised, for messages. */
    static String known() {
        return "a text (%s) or a pair (sentence1, sentence2) and a label (%s)"
                .formatted(String.join(", ", TEXTS), String.join(", ", LABELS));
    }

    /**
     * The columns with usual names.
     *
     * @param names that there are
     * @return empty if none is a text, or none a label
     * @throws InvalidRequestException if several may be meant
     */
    static Optional<Columns> among(List<String> names) {
        var tokens = one(names, TOKENS, "tokens");
        if (tokens.isPresent()) {
            return one(names, TOKEN_LABELS, "labels").map(labels -> new Columns.Tokens(tokens.get(), labels));
        }
        for (var pair : PAIRS) {
            var first = one(names, List.of(pair.getFirst()), "first text");
            var second = one(names, List.of(pair.getLast()), "second text");
            if (first.isPresent() && second.isPresent()) {
                return label(names).map(label -> new Columns.Pair(first.get(), second.get(), label));
            }
        }
        var text = one(names, TEXTS, "text");
        if (text.isEmpty() && label(names).isPresent()) {
            refuseHalves(names);
        }
        return text.flatMap(found -> label(names).map(label -> new Columns.Text(found, label)));
    }

    private static Optional<String> label(List<String> names) {
        return one(names, LABELS, "label").or(() -> one(names, RARE_LABELS, "label"));
    }

    /** A text of a pair without the other is no table without a header. */
    private static void refuseHalves(List<String> names) {
        for (var pair : PAIRS) {
            for (var half : pair) {
                var found = one(names, List.of(half), "text");
                if (found.isPresent()) {
                    throw new InvalidRequestException(
                            "columns %s: %s is one text of a pair, and there is no %s; name the columns (--columns)"
                                    .formatted(
                                            String.join(", ", names),
                                            found.get(),
                                            half.equals(pair.getFirst()) ? pair.getLast() : pair.getFirst()));
                }
            }
        }
    }

    private static Optional<String> one(List<String> names, List<String> usual, String what) {
        var found = names.stream()
                .filter(name -> usual.contains(name.strip().toLowerCase(Locale.ROOT)))
                .toList();
        if (found.size() > 1) {
            throw new InvalidRequestException("columns %s: each may be the %s; name the one that is meant (--columns)"
                    .formatted(String.join(", ", found), what));
        }
        return found.stream().findFirst();
    }
}
