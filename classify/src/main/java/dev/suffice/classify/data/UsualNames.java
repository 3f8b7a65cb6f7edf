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
            List.of("question1", "question2"),
            List.of("premise", "hypothesis"),
            List.of("question", "sentence"));

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
                return one(names, LABELS, "label").map(label -> new Columns.Pair(first.get(), second.get(), label));
            }
        }
        return one(names, TEXTS, "text")
                .flatMap(text -> one(names, LABELS, "label").map(label -> new Columns.Text(text, label)));
    }

    private static Optional<String> one(List<String> names, List<String> usual, String what) {
        var found = names.stream()
                .filter(name -> usual.contains(name.strip().toLowerCase(Locale.ROOT)))
                .toList();
        if (found.size() > 1) {
            throw new InvalidRequestException("columns %s: each may be the %s; name the one that is meant"
                    .formatted(String.join(", ", found), what));
        }
        return found.stream().findFirst();
    }
}
