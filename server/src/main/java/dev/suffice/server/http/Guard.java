package dev.suffice.server.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may call: requests that were meant for another host (DNS rebinding), that a foreign page sends (CSRF), or that lack the key
 * are refused. Thread-safe.
 */
public final class Guard {
    private static final Pattern LOCAL =
            Pattern.compile("(localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1])(:\\d{1,5})?");
    private static final Pattern SCHEME = Pattern.compile("^https?://");

    private final boolean loopback;
    private final Optional<String> cors;
    private final Optional<Key> key;

    /**
     * A guard.
     *
     * @param loopback whether only this machine is served, so that only its names are right
     * @param cors origin of pages from elsewhere that may call
     * @param key what clients must present
     */
    public Guard(boolean loopback, Optional<String> cors, Optional<Key> key) {
        this.loopback = loopback;
        this.cors = cors;
        this.key = key;
    }

    /** The key, where there is one. */
    public Optional<Key> key() {
        return key;
    }

    /**
     * Lets a request pass before its route is known.
     *
     * @throws ApiException 403 if it is not for this server, or a page of another origin wants to change something
     */
    public void admit(Call call) {
        var host = call.header("host").orElse("");
        if (loopback && !LOCAL.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
            throw ApiException.of(
                    403,
                    ApiException.Type.PERMISSION,
                    "host_not_allowed",
                    "host %s: this server answers only as localhost or 127.0.0.1; serve with --host and a key to use other names"
                            .formatted(Excerpt.of(host)));
        }
        var origin = call.header("origin");
        var changes = !call.method().equals("GET") && !call.method().equals("HEAD");
        if (changes && origin.isPresent() && !cors.equals(origin) && !sameHost(origin.get(), host)) {
            throw ApiException.of(
                    403,
                    ApiException.Type.PERMISSION,
                    "origin_not_allowed",
                    "origin %s: pages from elsewhere may not call this server; allow one with --cors ORIGIN"
                            .formatted(Excerpt.of(origin.get())));
        }
    }

    private static boolean sameHost(String origin, String host) {
        return SCHEME.matcher(origin).replaceFirst("").equalsIgnoreCase(host);
    }

    /**
     * Lets a request pass to its route.
     *
     * @throws ApiException 401 if the route needs the key and the request does not have it
     */
    public void authorize(Call call, Route route) {
        if (route.access() == Route.Access.OPEN || key.isEmpty()) {
            return;
        }
        var header = call.header("authorization");
        if (header.isEmpty() && key.get().hasSession(call)) {
            return;
        }
        var given = header.filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(value -> value.substring(7).strip());
        if (given.isEmpty()) {
            throw unauthorized("no API key: send the header Authorization: Bearer KEY");
        }
        if (!key.get().fits(given.get())) {
            throw unauthorized("wrong API key: it is the one that the server was started with");
        }
    }

    /** The answer to a wrong key or none: 401. */
    public static ApiException unauthorized(String message) {
        return ApiException.of(401, ApiException.Type.AUTHENTICATION, "invalid_api_key", message)
                .withHeader("WWW-Authenticate", "Bearer");
    }

    /** The answer to a browser that asks whether a page from elsewhere may call; empty where none may. */
    public Optional<Reply> preflight(Call call) {
        if (cors.isEmpty()
                || !call.method().equals("OPTIONS")
                || !cors.equals(call.header("origin"))
                || call.header("access-control-request-method").isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Reply.empty(204)
                .withHeader("Access-Control-Allow-Methods", "GET, POST, DELETE")
                .withHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID, Prefer")
                .withHeader("Access-Control-Max-Age", "600"));
    }

    /** Headers that let a page from elsewhere read the answer. */
    public Map<String, String> corsHeaders(Call call) {
        if (cors.isEmpty()) {
            return Map.of();
        }
        return cors.equals(call.header("origin"))
                ? Map.of(
                        "Access-Control-Allow-Origin",
                        cors.get(),
                        "Access-Control-Expose-Headers",
                        "Location, Retry-After",
                        "Vary",
                        "Origin")
                : Map.of("Vary", "Origin");
    }
}
