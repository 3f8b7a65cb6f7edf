package dev.suffice.models.store;

import org.jspecify.annotations.Nullable;

/**
 * A file in a hub's repository, as the hub lists it.
 *
 * @param path in the repository; not to be trusted
 * @param size in bytes; -1 if the hub does not say
 * @param checksum of its content; {@code null} if the hub does not say
 */
record HubFile(String path, long size, @Nullable Checksum checksum) {
    /** What it is called, without folders. */
    String fileName() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The folder that it lies in; empty for the repository's own. */
    String folder() {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
