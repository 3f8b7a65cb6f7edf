package dev.suffice.models.store;

import dev.suffice.core.InvalidRequestException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which hub is asked, as whom, and whether at all. Immutable.
 *
 * @param endpoint the hub's address, http or https, without a slash at the end
 * @param token sent to the endpoint's own host and nowhere else; {@code null} if there is none
 * @param offline whether the network must not be used
 */
public record HubSettings(URI endpoint, @Nullable String token, boolean offline) {
    /** The public hub. */
    public static final String PUBLIC = "https://huggingface.co";

    private static final Set<String> YES = Set.of("1", "true", "yes", "on");

    /**
     * Checks the address and the token.
     *
     * @throws InvalidRequestException if one cannot be used
     */
    public HubSettings {
        if (endpoint.getHost() == null
                || !(endpoint.getScheme().equals("https")
                        || endpoint.getScheme().equals("http"))
                || endpoint.getRawUserInfo() != null
                || endpoint.getRawQuery() != null
                || endpoint.getRawFragment() != null) {
            throw refused(endpoint.getScheme() + "://" + endpoint.getHost());
        }
        if (token != null && !token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new InvalidRequestException("token: must be printable characters without spaces");
        }
    }

    /**
     * Reads {@code HF_ENDPOINT}, {@code HF_TOKEN}, and {@code HF_HUB_OFFLINE} or {@code SUFFICE_OFFLINE} (1, true, yes or on).
     *
     * @param environment as {@link System#getenv()} has it
     * @throws InvalidRequestException if a value cannot be used
     */
    public static HubSettings of(Map<String, String> environment) {
        var endpoint = environment.getOrDefault("HF_ENDPOINT", "").strip();
        var token = environment.getOrDefault("HF_TOKEN", "").strip();
        return new HubSettings(
                address(endpoint.isEmpty() ? PUBLIC : endpoint),
                token.isEmpty() ? null : token,
                yes(environment, "HF_HUB_OFFLINE") || yes(environment, "SUFFICE_OFFLINE"));
    }

    /** The same with another hub. */
    public HubSettings withEndpoint(String address) {
        return new HubSettings(address(address.strip()), token, offline);
    }

    /** The same with another token. */
    public HubSettings withToken(String other) {
        return new HubSettings(endpoint, other.strip(), offline);
    }

    /** The same without the network. */
    public HubSettings offlineOnly() {
        return new HubSettings(endpoint, token, true);
    }

    /** Whether an address is on the endpoint's own host: the only one that is sent the token, and whose word counts. */
    boolean ownHost(URI address) {
        return endpoint.getScheme().equals(address.getScheme())
                && endpoint.getHost().equalsIgnoreCase(address.getHost())
                && port(endpoint) == port(address);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "HubSettings[endpoint=%s, token=%s, offline=%s]"
                .formatted(endpoint, token == null ? "none" : "(not shown)", offline);
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return "https".equals(address.getScheme()) ? 443 : 80;
    }

    private static boolean yes(Map<String, String> environment, String key) {
        return YES.contains(environment.getOrDefault(key, "").strip().toLowerCase(Locale.ROOT));
    }

    private static URI address(String text) {
        try {
            var address = new URI(text.replaceAll("/+$", ""));
            if (address.getScheme() == null) {
                throw refused(text);
            }
            return new URI(address.getScheme().toLowerCase(Locale.ROOT)
                    + address.toString().substring(address.getScheme().length()));
        } catch (URISyntaxException e) {
            throw refused(text);
        }
    }

    private static InvalidRequestException refused(String text) {
        return new InvalidRequestException(
                "endpoint %s: must be the address of a hub, http or https, without user, query and fragment, e.g. %s"
                        .formatted(SafeFileName.shown(text.replaceAll("//[^/@]*@", "//")), PUBLIC));
    }
}
