package dev.suffice.language.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Python's jinja2 made of templates, recorded by bench/peers/record_chat_templates.py. */
class ChatTemplateFixtureTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    static Stream<Arguments> cases() throws IOException {
        try (var in = Objects.requireNonNull(ChatTemplateFixtureTest.class.getResourceAsStream("templates.json"))) {
            var fixture = JSON.readTree(in.readAllBytes());
            return fixture
                    .path("cases")
                    .valueStream()
                    .map(test -> Arguments.of(test.path("name").stringValue(), test, fixture))
                    .toList()
                    .stream();
        }
    }

    private static List<ChatMessage> messages(JsonNode list) {
        return list.valueStream()
                .map(m -> new ChatMessage(
                        m.path("role").stringValue(), m.path("content").stringValue()))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void aTemplateGivesWhatJinja2Gives(String name, JsonNode test, JsonNode fixture) {
        var source =
                fixture.path("templates").path(test.path("template").intValue()).stringValue();
        var messages = messages(
                fixture.path("conversations").path(test.path("messages").intValue()));
        var tokens = new LinkedHashMap<String, String>();
        fixture.path("tokens")
                .properties()
                .forEach(token -> tokens.put(token.getKey(), token.getValue().stringValue()));
        var extra = new LinkedHashMap<String, Object>();
        test.path("extra")
                .properties()
                .forEach(e -> extra.put(e.getKey(), JSON.treeToValue(e.getValue(), Object.class)));
        var now = LocalDateTime.parse(fixture.path("now").stringValue()).toInstant(ZoneOffset.UTC);
        boolean prompt = test.path("add_generation_prompt").booleanValue();

        if (test.has("error")) {
            assertThatThrownBy(() -> ChatTemplate.of(name, source, tokens).render(messages, prompt, extra))
                    .isInstanceOf(SufficeException.class)
                    .hasMessageStartingWith(name + ", line ");
        } else {
            var template = ChatTemplate.of(name, source, tokens).withClock(Clock.fixed(now, ZoneOffset.UTC));
            assertThat(template.render(messages, prompt, extra))
                    .isEqualTo(test.path("expected").stringValue());
        }
    }
}
