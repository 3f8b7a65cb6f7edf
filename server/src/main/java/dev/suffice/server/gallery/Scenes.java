package dev.suffice.server.gallery;

import dev.suffice.core.SufficeException;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.SceneSource;
import dev.suffice.depthfusion.ViewerPage;
import dev.suffice.depthfusion.export.Export;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Images as places: the viewer page and the files for other tools, made when they are asked for, a few at a time so that many clients
 * do not fill the memory. Thread-safe.
 */
public final class Scenes {
    private static final int AT_ONCE = 2;

    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /** A maker of scenes. */
    public Scenes() {}

    /**
     * An export as a download.
     *
     * @param name of the file
     * @param type media type
     * @param content its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    public record Download(String name, String type, byte[] content) {}

    private interface Work<T> {
        T on(LayeredScene scene) throws IOException;
    }

    /** The viewer page of an image, as UTF-8. */
    public byte[] page(GalleryItem item) {
        return with(item, ViewerPage::html);
    }

    /** An image for another tool: its file, or a zip archive where there are several. */
    public Download export(GalleryItem item, Export export) {
        return with(item, scene -> {
            var files = export.files(scene, item.stem());
            if (files.size() > 1) {
                return new Download(
                        "%s-%s.zip".formatted(item.stem(), export.name()), "application/zip", zipped(files));
            }
            var file = files.entrySet().iterator().next();
            return new Download(file.getKey(), type(file.getKey()), file.getValue());
        });
    }

    private <T> T with(GalleryItem item, Work<T> work) {
        turns.acquireUninterruptibly();
        try {
            return work.on(LayeredScene.of(SceneSource.of(item.rgb()).read()));
        } catch (IOException e) {
            throw new SufficeException("image %s: cannot be made a scene: %s".formatted(item.id(), e.getMessage()), e);
        } finally {
            turns.release();
        }
    }

    private static byte[] zipped(Map<String, byte[]> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "glb" -> "model/gltf-binary";
            case "png" -> "image/png";
            case "gif" -> "image/gif";
            case "webp" -> "image/webp";
            case "exr" -> "image/x-exr";
            case "obj" -> "model/obj";
            case "mp4" -> "video/mp4";
            case "webm" -> "video/webm";
            case "html" -> "text/html; charset=utf-8";
            case "json" -> "application/json";
            default -> "application/octet-stream";
        };
    }
}
