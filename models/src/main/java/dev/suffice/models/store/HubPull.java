package dev.suffice.models.store;

import java.nio.file.Path;
import java.util.List;

/**
 * What a pull brought.
 *
 * @param name as it was asked for
 * @param commit that the revision stands for
 * @param path the model: a folder, or a GGUF file
 * @param files that belong to the pull
 * @param bytes their size
 * @param fetched bytes that came from the hub now
 * @param unchecked files whose checksum the hub did not say, so that only their size is known to be right
 */
public record HubPull(
        HubName name, String commit, Path path, List<String> files, long bytes, long fetched, List<String> unchecked) {}
