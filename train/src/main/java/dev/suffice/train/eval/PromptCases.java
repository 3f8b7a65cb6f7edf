package dev.suffice.train.eval;

import dev.suffice.train.files.AtomicFile;
import dev.suffice.train.scene.EvaluationPrompts;
import dev.suffice.train.scene.EvaluationPrompts.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files of prompts with their answers: JSON lines with {@code prompt}, {@code label}, {@code kind} and, where asked for, {@code colour}. */
public final class PromptCases {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String BUNDLED = "prompts-200.jsonl";

    private PromptCases() {}

    /** The 200 simple prompts that the bundled model is measured on; none is a training caption. */
    public static List<PromptCase> bundled() {
        try (InputStream in = PromptCases.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new IllegalStateException(BUNDLED + ": missing in the module");
            }
            return parse(BUNDLED, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a file. @throws IOException if a line is not a prompt with its answer, or there is none */
    public static List<PromptCase> read(Path file) throws IOException {
        return parse(file.toString(), Files.readString(file));
    }

    static List<PromptCase> parse(String file, String text) throws IOException {
        var cases = new ArrayList<PromptCase>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                JsonNode node = JSON.readTree(line);
                cases.add(new PromptCase(
                        node.path("prompt").asString(""),
                        node.path("label").asString(""),
                        node.path("kind").asString(""),
                        node.path("colour").asString("")));
            } catch (JacksonException | IllegalArgumentException e) {
                throw new IOException(file + " line " + number + ": " + e.getMessage(), e);
            }
        }
        if (cases.isEmpty()) {
            throw new IOException(file + ": no prompts; expected a JSON object in each line");
        }
        return List.copyOf(cases);
    }

    /** Writes a file. */
    public static void write(Path file, List<PromptCase> cases) throws IOException {
        var text = new StringBuilder();
        for (PromptCase c : cases) {
            var node = JSON.createObjectNode()
                    .put("prompt", c.prompt())
                    .put("label", c.label())
                    .put("kind", c.kind());
            if (!c.colour().isEmpty()) {
                node.put("colour", c.colour());
            }
            text.append(JSON.writeValueAsString(node)).append('\n');
        }
        AtomicFile.write(file, path -> Files.writeString(path, text));
    }

    /**
     * Draws new ones.
     *
     * @param training captions that must not be asked for
     * @throws IllegalArgumentException if there are not as many
     */
    public static List<PromptCase> draw(int count, long seed, Set<String> training) {
        return EvaluationPrompts.draw(count, seed, training).stream()
                .map(p -> new PromptCase(p.text(), p.label(), kind(p), p.colour()))
                .toList();
    }

    private static String kind(EvaluationPrompts.EvaluationPrompt prompt) {
        if (prompt.subject() == Subject.LANDSCAPE) {
            return "landscape";
        }
        return prompt.text().contains(" walls") || prompt.text().contains(" room") ? "room" : "outdoor-object";
    }
}
