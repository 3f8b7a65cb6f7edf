package dev.suffice.server.api;

import dev.suffice.depthfusion.export.Export;
import dev.suffice.depthfusion.export.Exports;
import dev.suffice.server.gallery.GalleryItem;
import dev.suffice.server.http.Json;
import tools.jackson.databind.node.ObjectNode;

/** An image of the gallery as answers tell it. */
final class ImageJson {
    private ImageJson() {}

    static ObjectNode of(GalleryItem item) {
        var node = Json.object()
                .put("id", item.id())
                .put("object", "image")
                .put("created", item.created().getEpochSecond());
        item.sidecar().properties().forEach(field -> {
            if (!field.getKey().equals("rgb") && !field.getKey().equals("depth")) {
                node.set(field.getKey(), field.getValue());
            }
        });
        node.set("links", links(item));
        return node;
    }

    static ObjectNode links(GalleryItem item) {
        var self = "/v1/images/" + item.id();
        var links = Json.object()
                .put("self", self)
                .put("rgb", self + "/rgb.png")
                .put("depth", self + "/depth.png")
                .put("view", self + "/view")
                .put("sidecar", self + "/sidecar");
        var exports = links.putObject("exports");
        for (Export export : Exports.all()) {
            exports.put(export.name(), self + "/exports/" + export.name());
        }
        return links;
    }
}
