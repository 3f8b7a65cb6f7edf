package dev.suffice.server.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A request as the routes see it.
 *
 * @param method e.g. {@code GET}
 * @param path as it came, percent signs and all; no route has any
 * @param query decoded, in order
 * @param headers by lower-case name
 * @param variables what the route's template matched
 * @param body reads the body, within the limits; at most once
 */
public record Call(
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, String> headers,
        Map<String, String> variables,
        Supplier<byte[]> body) {
    /** A header's value. */
    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /** What stands at a place of the route's template, e.g. {@code id}. */
    public String variable(String name) {
        var value = variables.get(name);
        if (value == null) {
            throw new IllegalStateException("route without " + name);
        }
        return value;
    }

    /**
     * A parameter of the query.
     *
     * @throws ApiException if it stands there twice
     */
    public Optional<String> parameter(String name) {
        var values = query.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw ApiException.invalid(
                    name,
                    "repeated_parameter",
                    "parameter %s: stands there %d times; give it once".formatted(name, values.size()));
        }
        return values.stream().findFirst();
    }

    /**
     * Refuses parameters that the route does not know.
     *
     * @throws ApiException that names the first unknown one and all known ones
     */
    public void onlyParameters(String... known) {
        for (var name : query.keySet()) {
            if (!List.of(known).contains(name)) {
                throw ApiException.invalid(
                        name,
                        "unknown_parameter",
                        known.length == 0
                                ? "parameter %s: unknown; this route takes none".formatted(name)
                                : "parameter %s: unknown; this route takes %s"
                                        .formatted(name, String.join(", ", known)));
            }
        }
    }

    /**
     * A parameter that is a whole number.
     *
     * @throws ApiException if it is something else or out of range
     */
    public int number(String name, int otherwise, int least, int most) {
        var text = parameter(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            var value = Integer.parseInt(text.get());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw ApiException.invalid(
                name,
                "invalid_value",
                "parameter %s: %s: must be a whole number between %d and %d"
                        .formatted(name, Excerpt.of(text.get()), least, most));
    }

    /** Where this server is, as the client knows it, e.g. {@code http://localhost:8080}. */
    public String base() {
        return "http://" + header("host").orElse("localhost");
    }

    Call with(Map<String, String> matched) {
        return new Call(method, path, query, headers, matched, body);
    }
}
