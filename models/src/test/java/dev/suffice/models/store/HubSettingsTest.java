package dev.suffice.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HubSettingsTest {
    @Test
    void readsTheEnvironment() {
        var usual = HubSettings.of(Map.of());
        assertThat(usual).isEqualTo(new HubSettings(URI.create(HubSettings.PUBLIC), null, false));
        var own = HubSettings.of(
                Map.of("HF_ENDPOINT", "HTTPS://hub.example/base/", "HF_TOKEN", " hf_x ", "HF_HUB_OFFLINE", "True"));
        assertThat(own).isEqualTo(new HubSettings(URI.create("https://hub.example/base"), "hf_x", true));
        assertThat(HubSettings.of(Map.of("SUFFICE_OFFLINE", "1")).offline()).isTrue();
        assertThat(HubSettings.of(Map.of("SUFFICE_OFFLINE", "0")).offline()).isFalse();
        assertThat(own.toString()).doesNotContain("hf_x");
    }

    @Test
    void knowsItsOwnHost() {
        var settings = HubSettings.of(Map.of("HF_ENDPOINT", "https://hub.example"));
        assertThat(settings.ownHost(URI.create("https://HUB.example:443/a/b"))).isTrue();
        assertThat(settings.ownHost(URI.create("http://hub.example/a"))).isFalse();
        assertThat(settings.ownHost(URI.create("https://hub.example:8443/a"))).isFalse();
        assertThat(settings.ownHost(URI.create("https://hub.example.evil.example/a")))
                .isFalse();
    }

    @Test
    void refusesWhatCannotBeAHub() {
        for (var address : new String[] {
            "hub.example",
            "ftp://hub.example",
            "https://",
            "https://u:p@hub.example",
            "https://hub.example?x",
            "https://hub example"
        }) {
            assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", address)))
                    .as(address)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageStartingWith("endpoint ")
                    .hasMessageEndingWith(
                            ": must be the address of a hub, http or https, without user, query and fragment, e.g. https://huggingface.co")
                    .hasMessageNotContaining("u:p");
        }
        assertThatThrownBy(() -> HubSettings.of(Map.of()).withToken("two words\n"))
                .hasMessage("token: must be printable characters without spaces");
    }
}
