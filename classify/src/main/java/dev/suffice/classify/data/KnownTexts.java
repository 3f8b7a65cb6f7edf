package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * What a classifier remembers of the texts it was trained on: eight bytes of each, from which no text can be read. Texts that differ in case or white space only are the
 * same. That another text has the same eight bytes happens once in 10^13 for a million texts. Immutable.
 *
 * <p>As a file: the letters SUFTEXT1, then 8 bytes for each text, big-endian, rising.
 */
public final class KnownTexts {
    /** Name of the file in a classifier's folder. */
    public static final String FILE = "training-texts.bin";

    private static final long FORMAT = 0x5355465445585431L; // SUFTEXT1
    private static final long MOST_BYTES = 1L << 30;

    private final long[] hashes;

    private KnownTexts(long[] hashes) {
        this.hashes = hashes;
    }

    /** Remembers texts. */
    public static KnownTexts of(LabelledTexts texts) {
        return new KnownTexts(texts.rows().stream()
                .mapToLong(row -> TextHash.of(row.content()))
                .sorted()
                .distinct()
                .toArray());
    }

    /** How many different texts there are. */
    public int size() {
        return hashes.length;
    }

    /** Whether a text is one of them, whatever its label. */
    public boolean contains(Labelled content) {
        return Arrays.binarySearch(hashes, TextHash.of(content)) >= 0;
    }

    /** Writes a file, whole or not at all, and makes its folder. */
    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        var partial = file.resolveSibling("." + file.getFileName() + ".partial");
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(partial)))) {
            out.writeLong(FORMAT);
            for (long hash : hashes) {
                out.writeLong(hash);
            }
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Reads a file.
     *
     * @throws InvalidRequestException if it is missing, cannot be read, is larger than 1 GiB, or not one of these
     */
    public static KnownTexts read(Path file) {
        try (var channel = FileChannel.open(file)) {
            long size = channel.size();
            if (size < Long.BYTES || size % Long.BYTES != 0 || size > MOST_BYTES) {
                throw damaged(file, "%d bytes; must be a multiple of 8, up to %d".formatted(size, MOST_BYTES));
            }
            var bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw damaged(file, "became shorter while it was read");
                }
            }
            var numbers = bytes.flip().asLongBuffer();
            if (numbers.get() != FORMAT) {
                throw damaged(file, "does not begin with SUFTEXT1");
            }
            var hashes = new long[numbers.remaining()];
            numbers.get(hashes);
            for (int i = 1; i < hashes.length; i++) {
                if (hashes[i] <= hashes[i - 1]) {
                    throw damaged(file, "entry %d does not rise".formatted(i));
                }
            }
            return new KnownTexts(hashes);
        } catch (NoSuchFileException e) {
            throw new InvalidRequestException("%s: no such file; train the classifier again".formatted(file));
        } catch (IOException e) {
            throw new InvalidRequestException("%s: cannot be read (%s)".formatted(file, e));
        }
    }

    private static InvalidRequestException damaged(Path file, String what) {
        return new InvalidRequestException("%s: no list of known texts: %s".formatted(file, what));
    }
}
