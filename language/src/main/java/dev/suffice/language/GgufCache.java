package dev.suffice.language;

import dev.suffice.core.SufficeException;
import dev.suffice.models.gguf.GgufFile;
import dev.suffice.models.gguf.GgufImport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Folders that were made of GGUF files, kept under a fingerprint of the file: its size, its first and its last bytes. */
final class GgufCache {
    /** Raised when what is made of a file changes. */
    private static final int VERSION = 4;

    private static final int SAMPLE = 4 << 20;

    private GgufCache() {}

    /** The folder of a file; made if it is not there. */
    static Path folder(GgufFile file, Path cache) {
        var folder = cache.resolve("gguf").resolve(fingerprint(file.path()));
        if (!Files.isRegularFile(folder.resolve("config.json"))) {
            GgufImport.write(file, folder);
        }
        return folder;
    }

    private static String fingerprint(Path path) {
        try (var channel = FileChannel.open(path)) {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(12)
                    .putInt(VERSION)
                    .putLong(channel.size())
                    .flip());
            for (long from : new long[] {0, Math.max(0, channel.size() - SAMPLE)}) {
                var sample = ByteBuffer.allocate(SAMPLE);
                while (sample.hasRemaining() && channel.read(sample, from + sample.position()) > 0) {
                    // Reads on.
                }
                digest.update(sample.flip());
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (IOException e) {
            throw new SufficeException("%s: cannot be read: %s".formatted(path, e.getMessage()), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
