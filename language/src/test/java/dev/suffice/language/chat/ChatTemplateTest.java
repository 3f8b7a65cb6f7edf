package dev.suffice.language.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where templates come from, what happens to bad ones, and to those that want too much. */
class ChatTemplateTest {
    private static final List<ChatMessage> HELLO = List.of(ChatMessage.user("Hello"));

    @TempDir
    private Path folder;

    static Stream<Path> models() throws IOException, URISyntaxException {
        var given = System.getProperty("suffice.goldens.llm", "");
        var root = given.isEmpty()
                ? Path.of(Objects.requireNonNull(ChatTemplateTest.class.getResource("/dev/suffice/language/models"))
                        .toURI())
                : Path.of(given);
        try (var folders = Files.list(root)) {
            return folders
                    .filter(model -> Files.isRegularFile(model.resolve("expected.json")))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void aModelsPromptIsTheOneOfTransformers(Path model) {
        var chat = Config.read(model.resolve("expected.json")).json().path("chat");
        var messages = chat.path("messages")
                .valueStream()
                .map(m -> new ChatMessage(
                        m.path("role").stringValue(), m.path("content").stringValue()))
                .toList();
        assertThat(messages).isNotEmpty();
        assertThat(ChatTemplate.read(model).render(messages, true, Map.of()))
                .isEqualTo(chat.path("prompt").stringValue());
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static String render(String template) {
        return ChatTemplate.of("t", template, Map.of()).render(HELLO, true, Map.of());
    }

    @Test
    void theConfigurationOfTheTokenizerMayHaveOneTemplateOrSeveral() throws IOException {
        write("tokenizer_config.json", """
                {"bos_token": {"content": "<b>"}, "eos_token": "<e>", "unk_token": null,
                 "chat_template": "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ unk_token is defined }}"}""");
        assertThat(ChatTemplate.read(folder).render(HELLO, false, Map.of())).isEqualTo("<b>Hello<e>False");
        write("tokenizer_config.json", """
                {"chat_template": [{"name": "tool_use", "template": "no"}, {"name": "default", "template": "{{ messages[0].role }}"}]}""");
        assertThat(ChatTemplate.read(folder).render(HELLO, false, Map.of())).isEqualTo("user");
        write("chat_template.jinja", "{{ messages | length }}{{ extra }}\n");
        assertThat(ChatTemplate.read(folder).render(HELLO, false, Map.of("extra", List.of(1, 2.5, true))))
                .isEqualTo("1[1, 2.5, True]");
    }

    @Test
    void aFolderWithoutATemplateSaysSo() throws IOException {
        assertThat(ChatTemplate.find(folder)).isEmpty();
        assertThatThrownBy(() -> ChatTemplate.read(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("no chat template: expected chat_template.jinja")
                .hasMessageContaining("plain text");
        write("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"\"}]}");
        assertThatThrownBy(() -> ChatTemplate.read(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("tokenizer_config.json: chat_template")
                .hasMessageContaining("\"default\"");
    }

    @Test
    void whatATemplateRefusesIsTheFaultOfTheRequest() {
        assertThatThrownBy(() -> render("{# one\ntwo #}\n{{ raise_exception('only ' ~ messages[0].role) }}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("t, line 3: only user");
        assertThatThrownBy(() -> ChatTemplate.of("t", "", Map.of()).render(List.of(), true, Map.of()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("at least one");
        assertThatThrownBy(() -> new ChatMessage("", "x"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("role");
        assertThat(List.of(ChatMessage.system("a"), ChatMessage.assistant("b")))
                .extracting(ChatMessage::role)
                .containsExactly("system", "assistant");
    }

    @Test
    void errorsNameTheTemplateAndTheLine() {
        assertThatThrownBy(() -> render("a\n{% if x %}\n{{ 1 + }}\n{% endif %}"))
                .isInstanceOf(ModelException.class)
                .hasMessage("t, line 3: a value expected, not }}");
        assertThatThrownBy(() -> render("\n\n{% for m in messages %}\n {{ m.content.nothing.more }}\n{% endfor %}"))
                .isInstanceOf(ModelException.class)
                .hasMessage("t, line 4: 'str object' has no attribute 'nothing'");
        assertThatThrownBy(() -> render("{% if true %}\n"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("block if is never closed: {% elif %} or {% else %} or {% endif %} expected");
        assertThatThrownBy(() -> render("\n{% extends 'other' %}"))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("t, line 2: tag extends: not supported");
        assertThatThrownBy(() -> ChatTemplate.of("t", "", Map.of()).render(HELLO, true, Map.of("x", new Object())))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("java.lang.Object");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ messages.getClass() }}",
                "{{ messages.class }}{{ messages.class.name }}",
                "{{ 'a'.getBytes() }}",
                "{{ 'a'['getClass']() }}",
                "{{ ''.__class__.__mro__ }}",
                "{{ messages.clear() }}",
                "{{ messages[0].put('a', 1) }}",
                "{{ messages[0].update({'a': 1}) }}",
                "{{ range.__globals__.os }}",
                "{{ messages | attr('class') }}",
                "{{ T(java.lang.Runtime).getRuntime() }}",
                "{{ cycler.__init__.__globals__ }}",
            })
    void javaIsOutOfReach(String template) {
        assertThatThrownBy(() -> render(template)).isInstanceOf(ModelException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{{ 'a' * 1000000000 }}",
                "{{ 'a' * 1048577 }}",
                "{{ [1] * 9000000000 }}",
                "{{ range(1000000000) }}",
                "{{ 'x'|indent(1000000000, true) }}",
                "{{ 9223372036854775807 + 1 }}",
                "{{ 2 ** 100000000000 }}",
                "{% set n = namespace(s='ab') %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}",
                "{% set n = namespace(s='ab') %}{% for i in range(60) %}{% set n.s = n.s|replace('', n.s) %}{% endfor %}",
                "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}",
                "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s == n.s|list }}",
                "{% set n = namespace(s=[1]) %}{% for i in range(5000) %}{% set n.s = [n.s] %}{% endfor %}{{ n.s|tojson }}",
            })
    void whatWouldNotEndIsStopped(String template) {
        assertThatThrownBy(() -> render(template))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("t, line 1: ");
    }

    @Test
    void deepNestingIsRefusedAndNotAStackOverflow() {
        assertThatThrownBy(() -> render("{{ " + "(".repeat(100_000) + " }}")).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> render("{{ " + "[".repeat(100_000) + " }}")).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> render("{{ " + "-".repeat(100_000) + "1 }}")).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> render("{{ " + "not ".repeat(100_000) + "1 }}"))
                .isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> render("{{ 1" + " + 1".repeat(100_000) + " }}"))
                .isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> render("{{ a" + ".a".repeat(100_000) + " }}")).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> render("{% if 1 %}".repeat(100_000))).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> render("{% for " + "(".repeat(100_000))).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> render(" ".repeat((1 << 20) + 1))).isInstanceOf(ModelException.class);
    }

    @Test
    void longMessagesPass() {
        var content = "word ".repeat(100_000);
        var template = ChatTemplate.of(
                "t", "{% for m in messages %}{{ m.content | trim | replace('w', 'W') }}{% endfor %}", Map.of());
        assertThat(template.render(List.of(ChatMessage.user(content)), true, Map.of()))
                .hasSize(content.length() - 1);
    }
}
