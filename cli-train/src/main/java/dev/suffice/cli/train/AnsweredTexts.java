package dev.suffice.cli.train;

import dev.suffice.cli.LineFile;
import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.Drafters;
import dev.suffice.language.GenerationRequest;
import dev.suffice.language.Generator;
import dev.suffice.language.LanguageModel;
import dev.suffice.language.TokenListener;
import dev.suffice.language.chat.ChatMessage;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.train.exithead.AnsweredText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Texts with answers, a JSON object a line: {@code prompt} and {@code answer}, each a text as the model reads it, special tokens written out, or a list of the model's
 * tokens.
 */
final class AnsweredTexts {
    private static final JsonMapper JSON = JsonMapper.shared();

    private AnsweredTexts() {}

    /**
     * Reads a file.
     *
     * @param longest tokens of a text that are taken; the end of a longer one is left out, and a text of which no answer is left
     * @throws InvalidRequestException if it cannot be read, or a line is none of these
     */
    static List<AnsweredText> read(Path file, LanguageModel model, int longest) {
        var texts = new ArrayList<AnsweredText>();
        int number = 0;
        for (var line : LineFile.read("texts", file)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                var node = JSON.readTree(line);
                var prompt = tokens(node.path("prompt"), model);
                var answer = tokens(node.path("answer"), model);
                if (prompt.length == 0 || answer.length == 0) {
                    throw new InvalidRequestException(
                            "texts %s: line %d: has no prompt or no answer".formatted(file, number));
                }
                if (prompt.length < longest) {
                    texts.add(joined(prompt, answer, longest));
                }
            } catch (JacksonException e) {
                throw new InvalidRequestException(
                        "texts %s: line %d: is no JSON: %s".formatted(file, number, e.getOriginalMessage()));
            }
        }
        return texts;
    }

    private static AnsweredText joined(int[] prompt, int[] answer, int longest) {
        var both = Arrays.copyOf(prompt, Math.min(longest, prompt.length + answer.length));
        System.arraycopy(answer, 0, both, prompt.length, both.length - prompt.length);
        return new AnsweredText(both, prompt.length);
    }

    private static int[] tokens(JsonNode node, LanguageModel model) {
        if (node.isString()) {
            return model.tokenizer().encode(node.stringValue(), false);
        }
        int vocabulary = model.session().vocabulary();
        return node.valueStream()
                .mapToInt(token -> token.asInt(-1))
                .peek(token -> {
                    if (token < 0 || token >= vocabulary) {
                        throw new InvalidRequestException(
                                "token %d in a text: the model has %d; do texts and model belong together?"
                                        .formatted(token, vocabulary));
                    }
                })
                .toArray();
    }

    /**
     * Has the model answer prompts without randomness, and writes texts and answers to a file; those that are there already are not answered again.
     *
     * @param prompts one a line
     * @param raw whether they are given as they are, without the model's chat template
     * @param listener hears how many are answered
     */
    static void write(Path prompts, Path file, LanguageModel model, int maxTokens, boolean raw, IntConsumer listener)
            throws IOException {
        var all = LineFile.prompts(prompts, "some thousand");
        Files.createDirectories(file.toAbsolutePath().getParent());
        int done = Files.exists(file)
                ? (int) LineFile.read("texts", file).stream()
                        .filter(line -> !line.isBlank())
                        .count()
                : 0;
        var generator = new Generator(model.name(), model.session(), Drafters.free(), new SpeculationPolicy.Auto());
        try (var text = model.session().text()) {
            for (int i = done; i < all.size(); i++) {
                var prompt = raw || model.template().isEmpty()
                        ? model.prompt(all.get(i))
                        : model.prompt(List.of(ChatMessage.user(all.get(i))));
                var answer = generator
                        .generate(
                                text,
                                GenerationRequest.greedy(prompt, maxTokens, model.ends()),
                                new Cancellation(),
                                TokenListener.SILENT)
                        .tokens();
                var node = JSON.createObjectNode();
                Arrays.stream(prompt).forEach(node.putArray("prompt")::add);
                Arrays.stream(answer).forEach(node.putArray("answer")::add);
                Files.writeString(file, node + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                listener.accept(i + 1);
            }
        }
    }
}
