package dev.suffice.server.gallery;

import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.GeneratedImage;
import dev.suffice.diffusion.file.ImageFiles;
import dev.suffice.image.FileSet;
import dev.suffice.server.http.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The finished images: a folder for each, with its picture, depth map and sidecar, found again at the next start. A folder appears
 * when it is complete, by one renaming, and disappears by one; what a killed process left behind is removed at the start. Ids are
 * looked up in an index and never become paths. One process at a time. Thread-safe.
 */
public final class Gallery implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Gallery.class.getName());
    private static final String PREFIX = "img";
    private static final String UNFINISHED = ".part";
    private static final String DELETED = ".deleted";
    private static final long MAX_SIDECAR = 1 << 20;

    private final Path folder;
    private final int keep;
    private final Ids ids;
    private final FileChannel lock;
    private final NavigableMap<String, GalleryItem> items = new TreeMap<>();

    private Gallery(Path folder, int keep, Clock clock, FileChannel lock) {
        this.folder = folder;
        this.keep = keep;
        this.ids = new Ids(clock);
        this.lock = lock;
    }

    /**
     * Opens a gallery, making its folder if need be.
     *
     * @param keep images to keep, the newest
     * @throws SufficeException if the folder cannot be used, or another server uses it
     */
    public static Gallery open(Path folder, int keep, Clock clock) {
        try {
            Files.createDirectories(folder);
            var gallery = new Gallery(folder, keep, clock, locked(folder));
            gallery.find();
            gallery.forgetOldest();
            return gallery;
        } catch (IOException e) {
            throw new SufficeException(
                    "gallery %s: cannot be used: %s; choose another folder with --gallery"
                            .formatted(folder, FileSet.reason(e)),
                    e);
        }
    }

    private static FileChannel locked(Path folder) throws IOException {
        var channel = FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // another one in this process: told below
        }
        channel.close();
        throw new SufficeException(
                "gallery %s: another server uses it; stop that one or choose another folder with --gallery"
                        .formatted(folder));
    }

    private void find() throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                if (name.startsWith("." + PREFIX) && (name.endsWith(UNFINISHED) || name.endsWith(DELETED))) {
                    LOG.log(System.Logger.Level.INFO, "gallery: removing what was left half-written: {0}", name);
                    remove(file);
                } else if (Ids.is(PREFIX, name) && Files.isDirectory(file)) {
                    read(name, file).ifPresent(item -> items.put(name, item));
                }
            }
        }
    }

    private static Optional<GalleryItem> read(String id, Path folder) {
        try (var files = Files.newDirectoryStream(folder, "*.json")) {
            for (var sidecar : files) {
                if (Files.size(sidecar) <= MAX_SIDECAR
                        && Json.read(Files.readAllBytes(sidecar)) instanceof ObjectNode node) {
                    var rgb = beside(folder, node.path("rgb").asString(""));
                    var depth = beside(folder, node.path("depth").asString(""));
                    if (rgb.isPresent() && depth.isPresent()) {
                        return Optional.of(
                                new GalleryItem(id, Ids.time(PREFIX, id), rgb.get(), depth.get(), sidecar, node));
                    }
                }
            }
        } catch (IOException | JacksonException | java.time.DateTimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "gallery: " + id, e);
        }
        LOG.log(System.Logger.Level.WARNING, "gallery: {0} is no image of a gallery; it is left alone", id);
        return Optional.empty();
    }

    /** A file of that name in that folder; a sidecar may have been written by anybody. */
    private static Optional<Path> beside(Path folder, String name) {
        if (!name.endsWith(".png") || name.contains("/") || name.contains("\\") || name.indexOf(0) >= 0) {
            return Optional.empty();
        }
        return Optional.of(folder.resolve(name)).filter(Files::isRegularFile);
    }

    /**
     * Keeps results; each appears as a whole or not at all. If one cannot be written, those before it stay.
     *
     * @param job what made them
     * @throws SufficeException if one cannot be written, e.g. because the disk is full
     */
    public List<GalleryItem> add(List<GeneratedImage> results, String job) {
        var added = new ArrayList<GalleryItem>();
        for (var result : results) {
            added.add(add(result, job));
        }
        forgetOldest();
        return added;
    }

    private GalleryItem add(GeneratedImage result, String job) {
        var id = ids.next(PREFIX);
        var unfinished = folder.resolve("." + id + UNFINISHED);
        var finished = folder.resolve(id);
        try {
            Files.createDirectory(unfinished);
            ImageFiles.write(unfinished, result);
            Files.move(unfinished, finished, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(unfinished);
            throw new SufficeException(
                    "gallery %s: cannot be written: %s; free space there or choose another with --gallery"
                            .formatted(folder, FileSet.reason(e)),
                    e);
        } catch (SufficeException e) {
            discard(unfinished);
            throw e;
        }
        var item = read(id, finished)
                .orElseThrow(() -> new SufficeException("gallery: %s of %s vanished".formatted(id, job)));
        synchronized (this) {
            items.put(id, item);
        }
        return item;
    }

    /** An image. */
    public synchronized Optional<GalleryItem> find(String id) {
        return Optional.ofNullable(items.get(id));
    }

    /**
     * Images, the newest first.
     *
     * @param before id to go on after; empty to begin with the newest
     * @param most at most
     */
    public synchronized List<GalleryItem> newest(Optional<String> before, int most) {
        var older = before.map(id -> items.headMap(id, false)).orElse(items);
        return older.descendingMap().values().stream().limit(most).toList();
    }

    /** How many there are. */
    public synchronized int size() {
        return items.size();
    }

    /** Deletes an image; whether there was one. */
    public boolean delete(String id) {
        synchronized (this) {
            if (items.remove(id) == null) {
                return false;
            }
        }
        var deleted = folder.resolve("." + id + DELETED);
        try {
            Files.move(folder.resolve(id), deleted, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "gallery: cannot delete " + id, e);
        }
        discard(deleted);
        return true;
    }

    private void forgetOldest() {
        while (true) {
            String oldest;
            synchronized (this) {
                if (items.size() <= keep) {
                    return;
                }
                oldest = items.firstKey();
            }
            delete(oldest);
        }
    }

    private static void discard(Path files) {
        try {
            remove(files);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "gallery: cannot remove " + files, e);
        }
    }

    /** A folder of files, or a file. */
    private static void remove(Path path) throws IOException {
        if (Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            try (var files = Files.list(path)) {
                for (var file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
        Files.deleteIfExists(path);
    }

    /** Lets another server use the folder. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "gallery: lock", e);
        }
    }
}
