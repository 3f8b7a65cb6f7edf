package dev.suffice.server.api;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.depthfusion.export.Export;
import dev.suffice.depthfusion.export.Exports;
import dev.suffice.server.gallery.Gallery;
import dev.suffice.server.gallery.GalleryItem;
import dev.suffice.server.gallery.Scenes;
import dev.suffice.server.http.ApiException;
import dev.suffice.server.http.Call;
import dev.suffice.server.http.Excerpt;
import dev.suffice.server.http.Json;
import dev.suffice.server.http.Reply;
import dev.suffice.server.http.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The gallery: images, their files, their 360 views, their exports. */
public final class GalleryRoutes {
    private static final String VIEWER_POLICY =
            "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src blob: data:;"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    /** An image never changes; it may be deleted, so a shared cache has no business with it. */
    private static final String FOREVER = "private, max-age=31536000, immutable";

    private final Gallery gallery;
    private final Scenes scenes = new Scenes();

    /** Over that gallery. */
    public GalleryRoutes(Gallery gallery) {
        this.gallery = gallery;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/v1/images", this::list),
                Route.of("GET", "/v1/images/{id}", call -> Reply.json(200, ImageJson.of(item(call)))),
                Route.of(
                        "GET",
                        "/v1/images/{id}/rgb.png",
                        call -> file(call, item(call).rgb(), "image/png")),
                Route.of(
                        "GET",
                        "/v1/images/{id}/depth.png",
                        call -> file(call, item(call).depth(), "image/png")),
                Route.of(
                        "GET",
                        "/v1/images/{id}/sidecar",
                        call -> file(call, item(call).sidecarFile(), Json.TYPE)),
                Route.of("GET", "/v1/images/{id}/view", this::view),
                Route.of("GET", "/v1/images/{id}/exports/{format}", this::export),
                Route.of("DELETE", "/v1/images/{id}", this::delete));
    }

    private Reply list(Call call) {
        call.onlyParameters("limit", "after");
        var most = call.number("limit", 50, 1, 200);
        var found = gallery.newest(call.parameter("after"), most + 1);
        var list = Json.object().put("object", "list").put("total", gallery.size());
        var data = list.putArray("data");
        found.stream().limit(most).map(ImageJson::of).forEach(data::add);
        list.put("has_more", found.size() > most);
        return Reply.json(200, list);
    }

    private Reply file(Call call, Path file, String type) {
        try {
            return Reply.bytes(type, Files.readAllBytes(file))
                    .withHeader("Cache-Control", FOREVER)
                    .withHeader(
                            "Content-Disposition",
                            disposition("inline", file.getFileName().toString()));
        } catch (IOException e) {
            throw gone(call.variable("id"));
        }
    }

    private Reply view(Call call) {
        return Reply.bytes("text/html; charset=utf-8", scene(call, scenes::page))
                .withHeader("Content-Security-Policy", VIEWER_POLICY)
                .withHeader("Permissions-Policy", "xr-spatial-tracking=(self), fullscreen=(self)");
    }

    private Reply export(Call call) {
        var format = export(call.variable("format"));
        var download = scene(call, item -> scenes.export(item, format));
        return Reply.bytes(download.type(), download.content())
                .withHeader("Content-Disposition", disposition("attachment", download.name()));
    }

    private static Export export(String name) {
        try {
            return Exports.named(name);
        } catch (InvalidRequestException e) {
            throw ApiException.notFound(Excerpt.longer(String.valueOf(e.getMessage())));
        }
    }

    private interface Work<T> {
        T on(GalleryItem item);
    }

    /** Something made of an image, which may be deleted meanwhile. */
    private <T> T scene(Call call, Work<T> work) {
        var item = item(call);
        try {
            return work.on(item);
        } catch (InvalidRequestException e) {
            if (gallery.find(item.id()).isEmpty()) {
                throw gone(item.id());
            }
            throw ApiException.of(
                    422,
                    ApiException.Type.INVALID_REQUEST,
                    "not_a_scene",
                    Excerpt.longer(String.valueOf(e.getMessage())));
        }
    }

    private Reply delete(Call call) {
        if (!gallery.delete(call.variable("id"))) {
            throw gone(call.variable("id"));
        }
        return Reply.empty(204);
    }

    private GalleryItem item(Call call) {
        return gallery.find(call.variable("id")).orElseThrow(() -> gone(call.variable("id")));
    }

    private static ApiException gone(String id) {
        return ApiException.notFound(
                "image %s: not in the gallery; /v1/images lists what is".formatted(Excerpt.of(id)));
    }

    /** RFC 6266: a name in ASCII, and the true one in UTF-8. */
    static String disposition(String kind, String name) {
        var plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
        var coded = new StringBuilder();
        for (var b : name.getBytes(StandardCharsets.UTF_8)) {
            var c = (char) (b & 0xff);
            if ((c < 0x80 && Character.isLetterOrDigit(c)) || "._-".indexOf(c) >= 0) {
                coded.append(c);
            } else {
                coded.append(String.format("%%%02X", b & 0xff));
            }
        }
        return "%s; filename=\"%s\"; filename*=UTF-8''%s".formatted(kind, plain, coded);
    }
}
