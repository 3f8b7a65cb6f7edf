package dev.suffice.language.chat;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.chat.template.Template;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a model wants conversations written: its chat template in Jinja, rendered as transformers' {@code apply_chat_template} does. The prompt has the special
 * tokens as text, start of text included where the template writes it: a tokenizer must recognise them and add none. Immutable and thread-safe.
 */
public final class ChatTemplate {
    private static final List<String> SPECIAL =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private final Template template;
    private final Map<String, String> specialTokens;
    private final Clock clock;

    private ChatTemplate(Template template, Map<String, String> specialTokens, Clock clock) {
        this.template = template;
        this.specialTokens = specialTokens;
        this.clock = clock;
    }

    /**
     * A template from elsewhere, such as a GGUF file.
     *
     * @param name what errors call it
     * @param source in Jinja
     * @param specialTokens texts of special tokens by their names in templates, such as bos_token and eos_token
     * @throws ModelException if it is no template; the message has the line
     */
    public static ChatTemplate of(String name, String source, Map<String, String> specialTokens) {
        return new ChatTemplate(
                Template.parse(name, source), new LinkedHashMap<>(specialTokens), Clock.system(ZoneId.systemDefault()));
    }

    /**
     * The template of a folder.
     *
     * @throws ModelException if it has none, as base models have, or a damaged one
     */
    public static ChatTemplate read(Path folder) {
        return find(folder)
                .orElseThrow(() -> new ModelException(
                        "%s: no chat template: expected chat_template.jinja, or chat_template in tokenizer_config.json; a model that was not trained for conversations has none: give it plain text"
                                .formatted(folder)));
    }

    /**
     * The template of a folder, if it has one: {@code chat_template.jinja}, or {@code chat_template} in {@code tokenizer_config.json}, a text, or a list of
     * named ones of which "default" is taken.
     *
     * @throws ModelException if it is damaged
     */
    public static Optional<ChatTemplate> find(Path folder) {
        var configFile = folder.resolve("tokenizer_config.json");
        var config = Files.isRegularFile(configFile) ? Optional.of(Config.read(configFile)) : Optional.<Config>empty();
        var tokens = config.map(ChatTemplate::specialTokens).orElse(Map.of());
        var file = folder.resolve("chat_template.jinja");
        if (Files.isRegularFile(file)) {
            return Optional.of(of(file.toString(), text(file), tokens));
        }
        return config.flatMap(c -> c.find("chat_template").map(node -> source(c, node)))
                .map(source -> of("%s: chat_template".formatted(configFile), source, tokens));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ModelException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static String source(Config config, JsonNode node) {
        if (node.isString()) {
            return node.stringValue();
        }
        for (var entry : node) {
            if (entry.path("name").asString("").equals("default")
                    && entry.path("template").isString()) {
                return entry.path("template").stringValue();
            }
        }
        throw config.unsupported(
                "chat_template", "a text, or a list with {\"name\": \"default\", \"template\": a text}");
    }

    private static Map<String, String> specialTokens(Config config) {
        var tokens = new LinkedHashMap<String, String>();
        for (var name : SPECIAL) {
            config.find(name)
                    .map(node -> node.isObject() ? node.path("content") : node)
                    .filter(JsonNode::isString)
                    .ifPresent(node -> tokens.put(name, node.stringValue()));
        }
        return tokens;
    }

    /** The same with another clock, for templates that write the date. */
    public ChatTemplate withClock(Clock other) {
        return new ChatTemplate(template, specialTokens, other);
    }

    /**
     * The prompt of a conversation.
     *
     * @param messages at least one
     * @param addGenerationPrompt whether the prompt ends where the model's answer begins
     * @param extra further variables of the template, such as {@code enable_thinking} or {@code tools}: texts, numbers, booleans, null, lists and maps of
     *     these; they take precedence over special tokens
     * @throws InvalidRequestException if there are no messages, or the template refuses them
     * @throws ModelException if the template fails; the message has its name and the line
     */
    public String render(
            List<ChatMessage> messages, boolean addGenerationPrompt, Map<String, ? extends @Nullable Object> extra) {
        if (messages.isEmpty()) {
            throw new InvalidRequestException("conversation without messages: give at least one");
        }
        var variables = new LinkedHashMap<String, @Nullable Object>();
        variables.put("tools", null);
        variables.put("documents", null);
        variables.putAll(specialTokens);
        variables.putAll(extra);
        variables.put("messages", messages.stream().map(ChatTemplate::variables).toList());
        variables.put("add_generation_prompt", addGenerationPrompt);
        return template.render(variables, clock);
    }

    private static Map<String, String> variables(ChatMessage message) {
        var variables = new LinkedHashMap<String, String>();
        variables.put("role", message.role());
        variables.put("content", message.content());
        return variables;
    }
}
