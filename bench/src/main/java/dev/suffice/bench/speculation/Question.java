package dev.suffice.bench.speculation;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A question of Spec-Bench (Xia et al. 2024).
 *
 * @param id its number
 * @param group the kind of task
 * @param text of the first turn
 */
public record Question(int id, String group, String text) {
    /** What the eight kinds of MT-bench are one group of. */
    private static final Set<String> MT_BENCH =
            Set.of("writing", "roleplay", "reasoning", "math", "coding", "extraction", "stem", "humanities");

    /**
     * Reads a file with a JSON object a line, as Spec-Bench has it.
     *
     * @param most questions of each category that are taken, the first of the file; of each of MT-bench's, an eighth of that
     * @throws InvalidRequestException if a line is none
     */
    public static List<Question> read(Path file, int most) throws IOException {
        var questions = new ArrayList<Question>();
        var taken = new HashMap<String, Integer>();
        int number = 0;
        for (var line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            var node = parse(file, number, line);
            var category = node.path("category").asString("");
            var text = node.path("turns").path(0).asString("");
            if (category.isEmpty() || text.isEmpty()) {
                throw new InvalidRequestException(
                        "%s: line %d: has no category or no turns; it must be a question of Spec-Bench"
                                .formatted(file, number));
            }
            boolean part = MT_BENCH.contains(category);
            if (taken.merge(category, 1, Integer::sum) <= (part ? Math.ceilDiv(most, MT_BENCH.size()) : most)) {
                questions.add(new Question(node.path("question_id").asInt(number), part ? "mt-bench" : category, text));
            }
        }
        return List.copyOf(questions);
    }

    private static JsonNode parse(Path file, int number, String line) {
        try {
            return JsonMapper.shared().readTree(line);
        } catch (JacksonException e) {
            throw new InvalidRequestException(
                    "%s: line %d: is no JSON: %s".formatted(file, number, e.getOriginalMessage()));
        }
    }
}
