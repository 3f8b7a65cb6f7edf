package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies of what has to have a certain length. */
final class ExactCopy {
    private ExactCopy() {}

    /**
     * Writes a stream to a file, never more bytes than it may have.
     *
     * @param target must not exist
     * @return whether the stream had exactly so many
     * @throws dev.suffice.core.CancelledException if that was requested
     */
    static boolean write(InputStream stream, Path target, long bytes, Cancellation cancellation) throws IOException {
        long left = bytes;
        try (var out = Files.newOutputStream(target)) {
            var buffer = new byte[1 << 18];
            while (left > 0) {
                cancellation.check();
                int read = stream.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    return false;
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
        return stream.read() < 0;
    }
}
