package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a file's bytes have to hash to. */
sealed interface Checksum {
    /** Hashes a large file: what a hub keeps outside git. */
    record Sha256(String hex) implements Checksum {
        @Override
        public String of(Path file, Cancellation cancellation) throws IOException {
            return hash("SHA-256", new byte[0], file, cancellation);
        }

        @Override
        public String text() {
            return "sha256:" + hex;
        }
    }

    /** Hashes a small file as git does: SHA-1 over {@code blob}, its length and its content. */
    record GitBlob(String hex) implements Checksum {
        @Override
        public String of(Path file, Cancellation cancellation) throws IOException {
            var header = "blob %d\0".formatted(Files.size(file)).getBytes(StandardCharsets.US_ASCII);
            return hash("SHA-1", header, file, cancellation);
        }

        @Override
        public String text() {
            return "git:" + hex;
        }
    }

    /** What is expected, in lower-case hexadecimal. */
    String hex();

    /** With the kind in front, as it is kept in files and shown in messages. */
    String text();

    /**
     * What a file hashes to.
     *
     * @throws dev.suffice.core.CancelledException if that was requested
     */
    String of(Path file, Cancellation cancellation) throws IOException;

    /** Whether a file is the expected one. */
    default boolean matches(Path file, Cancellation cancellation) throws IOException {
        return of(file, cancellation).equals(hex());
    }

    /** Reads a hub's entity tag: 64 hexadecimal digits are a SHA-256, 40 are git's hash of a small file, others say nothing. */
    static Optional<Checksum> ofEntityTag(String tag) {
        var text = tag.startsWith("W/") ? tag.substring(2) : tag;
        var hex = text.replace("\"", "");
        if (Patterns.SHA256.matcher(hex).matches()) {
            return Optional.of(new Sha256(hex));
        }
        return Patterns.SHA1.matcher(hex).matches() ? Optional.of(new GitBlob(hex)) : Optional.empty();
    }

    /** Reads what {@link #text} writes. */
    static Optional<Checksum> parse(String text) {
        if (text.startsWith("sha256:") || text.startsWith("git:")) {
            return ofEntityTag(text.substring(text.indexOf(':') + 1))
                    .filter(checksum -> checksum.text().equals(text));
        }
        return Optional.empty();
    }

    private static String hash(String algorithm, byte[] header, Path file, Cancellation cancellation)
            throws IOException {
        try (var stream = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance(algorithm);
            digest.update(header);
            var buffer = new byte[1 << 18];
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                cancellation.check();
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the two kinds look like. */
    final class Patterns {
        private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
        private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

        private Patterns() {}
    }
}
