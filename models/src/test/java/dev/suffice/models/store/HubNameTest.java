package dev.suffice.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import org.junit.jupiter.api.Test;

class HubNameTest {
    @Test
    void readsAndWritesNames() {
        for (var text : new String[] {
            "acme/tiny", "acme/tiny@v2", "acme/tiny@refs/pr/1", "acme/tiny:q/a.gguf", "acme/tiny@v2:a.gguf"
        }) {
            assertThat(HubName.of(text)).hasToString(text);
        }
        assertThat(HubName.of("acme/tiny@v2:a.gguf")).isEqualTo(new HubName("acme", "tiny", "v2", "a.gguf"));
        assertThat(HubName.of("acme/tiny").revision()).isEqualTo("main");
    }

    @Test
    void refusesWhatNoHubHas() {
        for (var text : new String[] {
            "acme/ti--ny",
            "../tiny",
            "acme/..",
            "acme/a/b",
            "/tiny",
            "acme/tiny@",
            "acme/tiny@../x",
            "acme/tiny:../x",
            "acme\\x/tiny"
        }) {
            assertThatThrownBy(() -> HubName.of(text)).as(text).isInstanceOf(InvalidRequestException.class);
        }
        assertThatThrownBy(() -> HubName.of("smolm2"))
                .hasMessage(
                        "model smolm2: must be a short name (./suffice models list) or owner/name, as the hub has it");
    }
}
