package dev.suffice.models.store;

import java.nio.file.Path;
import java.util.List;

/**
 * A revision of a hub's model that has been fetched.
 *
 * @param repository {@code owner/name}
 * @param commit 40 hexadecimal digits
 * @param revisions names that stood for the commit when it was pulled, e.g. {@code main}
 * @param folder where its files lie
 * @param files paths in the folder
 * @param bytes their size on disk
 */
public record CachedHubModel(
        String repository, String commit, List<String> revisions, Path folder, List<String> files, long bytes) {}
