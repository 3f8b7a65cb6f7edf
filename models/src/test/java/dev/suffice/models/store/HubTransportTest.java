package dev.suffice.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HubTransportTest {
    private static final URI SECURE = URI.create("https://hub.example/a/b?secret");

    @Test
    void redirectsStayOnHttps() {
        assertThat(target(SECURE, "https://content.example/x?s=1")).hasToString("https://content.example/x?s=1");
        assertThat(target(SECURE, "/c")).hasToString("https://hub.example/c");
        for (var location : List.of("http://hub.example/c", "ftp://x/y", "https://u:p@x/y", "https:///y", "")) {
            assertThatThrownBy(() -> target(SECURE, location))
                    .as(location)
                    .hasMessage(
                            "https://hub.example/a/b: its redirect is refused: it must lead to an address with https");
        }
        assertThatThrownBy(() -> target(SECURE, "https://a b/")).hasMessageEndingWith("refused: not an address");
        assertThat(target(URI.create("http://localhost:1/a"), "https://x/y")).hasToString("https://x/y");
    }

    private static URI target(URI from, String location) {
        return HubTransport.target(from, HttpHeaders.of(Map.of("Location", List.of(location)), (name, value) -> true));
    }
}
