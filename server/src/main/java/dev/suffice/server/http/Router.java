package dev.suffice.server.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the route of a request. Paths are compared as they came: nothing is decoded, so nothing can be smuggled. */
public final class Router {
    private final List<Route> routes;

    /** Over those routes; the first that fits is taken. */
    public Router(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /** All routes. */
    public List<Route> routes() {
        return routes;
    }

    /**
     * A route and what its template matched.
     *
     * @param route what answers
     * @param variables by name
     */
    public record Match(Route route, Map<String, String> variables) {}

    /**
     * The route of a request.
     *
     * @throws ApiException 404 if no route has that path, 405 with {@code Allow} if none of them has that method
     */
    public Match match(String method, String path) {
        var wanted = method.equals("HEAD") ? "GET" : method;
        var allowed = new TreeSet<String>();
        for (var route : routes) {
            var variables = variables(route.template(), path);
            if (variables.isPresent()) {
                if (route.method().equals(wanted)) {
                    return new Match(route, variables.get());
                }
                allowed.add(route.method());
            }
        }
        if (allowed.isEmpty()) {
            throw ApiException.notFound(
                    "%s: no such page; /openapi.json lists what there is".formatted(Excerpt.of(path)));
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        var list = String.join(", ", allowed);
        throw ApiException.of(
                        405,
                        ApiException.Type.INVALID_REQUEST,
                        "method_not_allowed",
                        "%s %s: this path takes %s".formatted(Excerpt.of(method), Excerpt.of(path), list))
                .withHeader("Allow", list);
    }

    private static Optional<Map<String, String>> variables(String template, String path) {
        var wanted = template.split("/", -1);
        var given = path.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        var variables = new LinkedHashMap<String, String>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                variables.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }
}
