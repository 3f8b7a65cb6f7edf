package dev.suffice.server.gallery;

import java.nio.file.Path;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/**
 * A finished image.
 *
 * @param id its name, which is that of its folder
 * @param created when
 * @param rgb its picture
 * @param depth its depth map, 16 bits
 * @param sidecarFile its sidecar
 * @param sidecar what the sidecar says; not to be changed
 */
public record GalleryItem(String id, Instant created, Path rgb, Path depth, Path sidecarFile, ObjectNode sidecar) {
    /** What its files are called, without an ending: what downloads are named after. */
    public String stem() {
        var name = rgb.getFileName().toString();
        return name.substring(0, name.length() - ".png".length());
    }
}
