package dev.suffice.server.api;

import dev.suffice.server.http.Call;
import dev.suffice.server.http.Json;
import dev.suffice.server.http.Reply;
import dev.suffice.server.http.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The Studio page, its parts, and the document of the API: resources of this module, read once. */
public final class PageRoutes {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private static final List<String> MODULES = List.of(
            "main.js",
            "api.js",
            "compose.js",
            "depth.js",
            "detail.js",
            "dom.js",
            "gallery.js",
            "key.js",
            "progress.js",
            "saved.js",
            "steps.js",
            "words.js",
            "reference.js");

    /** The page. */
    public PageRoutes() {}

    /** The routes. */
    public List<Route> routes() {
        var routes = new ArrayList<Route>();
        routes.add(page("/", "studio.html", HTML));
        routes.add(page("/docs", "reference.html", HTML));
        routes.add(page("/openapi.json", "openapi.json", Json.TYPE));
        routes.add(page("/favicon.svg", "favicon.svg", "image/svg+xml"));
        routes.add(page("/studio/studio.css", "studio.css", CSS));
        MODULES.forEach(name -> routes.add(page("/studio/" + name, name, SCRIPT)));
        return routes;
    }

    private static Route page(String path, String resource, String type) {
        var body = read(resource);
        var tag = '"' + digest(body) + '"';
        return Route.open("GET", path, call -> answer(call, type, body, tag));
    }

    private static Reply answer(Call call, String type, byte[] body, String tag) {
        var reply = call.header("if-none-match").filter(tag::equals).isPresent()
                ? Reply.empty(304)
                : Reply.bytes(type, body);
        return reply.withHeader("ETag", tag)
                .withHeader("Cache-Control", "no-cache")
                .withHeader("Content-Security-Policy", POLICY);
    }

    private static byte[] read(String resource) {
        try (var stream = PageRoutes.class.getResourceAsStream("/dev/suffice/server/studio/" + resource)) {
            if (stream == null) {
                throw new IllegalStateException("resource %s is missing; build Suffice anew".formatted(resource));
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
