package dev.suffice.bench.peers;

import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Fields of peers' answers, which are not trusted to be there. */
final class AnswerFields {
    private AnswerFields() {}

    /** Seconds that make sense. */
    static double seconds(Contender contender, JsonNode answer, String field) {
        double value = answer.path(field).doubleValue(Double.NaN);
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new PeerFailure("%s: %s are no seconds: %s"
                    .formatted(contender.name(), field, answer.path(field).toString()));
        }
        return value;
    }

    /** At least one whole number, with spaces between them. */
    static String numbers(Contender contender, JsonNode answer, String field) {
        var list = answer.path(field);
        if (!list.isArray() || list.isEmpty() || !list.valueStream().allMatch(JsonNode::isInt)) {
            throw new PeerFailure("%s: %s are no numbers".formatted(contender.name(), field));
        }
        return list.valueStream().map(JsonNode::toString).collect(Collectors.joining(" "));
    }
}
