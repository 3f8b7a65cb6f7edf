package dev.suffice.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Damages small files and reads them: nothing but {@link ModelException} may come of it, and no more may be allocated than
 * a small multiple of the file. Each case is made of its number, so that a failure can be repeated. {@code
 * -Dsuffice.fuzz=N} sets the number of cases.
 */
public final class FileFuzzer {
    /** What reading any file may allocate: buffers, channel, exception with its stack. */
    public static final long FIXED_BYTES = 200_000;

    private static final long BYTES_PER_BYTE = 50;
    private static final long[] NUMBERS = {
        0,
        1,
        2,
        7,
        8,
        31,
        32,
        33,
        255,
        65_535,
        65_536,
        1L << 24,
        Integer.MAX_VALUE - 8L,
        Integer.MAX_VALUE,
        1L << 31,
        0xFFFFFFFFL,
        1L << 32,
        (1L << 61) - 1,
        1L << 61,
        1L << 62,
        Long.MAX_VALUE - 7,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -8,
        -1
    };
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private FileFuzzer() {}

    /** How many cases, unless the command line says. */
    public static int cases(int otherwise) {
        return Integer.getInteger("suffice.fuzz", otherwise);
    }

    /**
     * Runs the cases.
     *
     * @param fixedBytes what may be allocated apart from the multiple of the file
     * @param sound valid files
     * @param file to write the damaged ones to
     * @param read throws ModelException, or does not
     */
    public static void run(int cases, long fixedBytes, List<byte[]> sound, Path file, Consumer<Path> read)
            throws IOException {
        for (int i = 0; i < 100; i++) {
            for (var bytes : sound) {
                Files.write(file, bytes);
                read.accept(file);
            }
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            run(cases, fixedBytes, sound, channel, () -> read.accept(file));
        }
    }

    private static void run(int cases, long fixedBytes, List<byte[]> sound, FileChannel channel, Runnable read)
            throws IOException {
        int refused = 0;
        for (int number = 0; number < cases; number++) {
            var bytes = damaged(sound, new SplittableRandom(number));
            channel.write(ByteBuffer.wrap(bytes), 0);
            channel.truncate(bytes.length);
            var most = fixedBytes + BYTES_PER_BYTE * bytes.length;
            var before = THREADS.getCurrentThreadAllocatedBytes();
            refused += refuses(number, bytes, read);
            if (THREADS.getCurrentThreadAllocatedBytes() - before > most) {
                // the first time, classes are loaded
                before = THREADS.getCurrentThreadAllocatedBytes();
                refuses(number, bytes, read);
                assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                        .as("bytes allocated in case %d, a file of %d", number, bytes.length)
                        .isLessThan(most);
            }
        }
        assertThat(refused).as("files refused of %d", cases).isBetween(cases / 10, cases);
    }

    private static int refuses(int number, byte[] bytes, Runnable read) {
        try {
            read.run();
            return 0;
        } catch (ModelException e) {
            return 1;
        } catch (Throwable e) {
            throw new AssertionError(
                    "case %d: %s".formatted(number, HexFormat.of().formatHex(bytes)), e);
        }
    }

    private static byte[] damaged(List<byte[]> sound, SplittableRandom random) {
        var bytes = sound.get(random.nextInt(sound.size()));
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            bytes = bytes.length < 2 ? new byte[16] : damage(bytes, sound, random);
        }
        return bytes;
    }

    private static byte[] damage(byte[] bytes, List<byte[]> sound, SplittableRandom random) {
        var at = random.nextInt(bytes.length);
        var number = NUMBERS[random.nextInt(NUMBERS.length)];
        var copy = bytes.clone();
        switch (random.nextInt(8)) {
            case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> copy[at] = (byte) random.nextInt(256);
            case 2 -> copy = Arrays.copyOf(bytes, at);
            case 3 -> copy = withInt(copy, at, (int) number);
            case 4 -> copy = withLong(copy, at, number);
            case 5 -> {
                var other = sound.get(random.nextInt(sound.size()));
                var from = random.nextInt(other.length);
                var piece = Arrays.copyOfRange(other, from, from + random.nextInt(1 + other.length - from));
                copy = replaced(bytes, at, random.nextBoolean() ? 0 : Math.min(piece.length, bytes.length - at), piece);
            }
            case 6 -> copy = replaced(bytes, at, random.nextInt(bytes.length - at), new byte[0]);
            default -> copy = withDecimal(bytes, at, number);
        }
        return copy;
    }

    private static byte[] withInt(byte[] bytes, int at, int number) {
        if (at + Integer.BYTES <= bytes.length) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, number);
        }
        return bytes;
    }

    private static byte[] withLong(byte[] bytes, int at, long number) {
        if (at + Long.BYTES <= bytes.length) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, number);
        }
        return bytes;
    }

    /** Puts another number where the next digits are, keeping the length where it can. */
    private static byte[] withDecimal(byte[] bytes, int at, long number) {
        int start = at;
        while (start < bytes.length && !isDigit(bytes[start])) {
            start++;
        }
        int end = start;
        while (end < bytes.length && isDigit(bytes[end])) {
            end++;
        }
        return replaced(
                bytes, start, end - start, Long.toString(number).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static boolean isDigit(byte letter) {
        return letter >= '0' && letter <= '9';
    }

    private static byte[] replaced(byte[] bytes, int at, int length, byte[] piece) {
        return ByteBuffer.allocate(bytes.length - length + piece.length)
                .put(bytes, 0, at)
                .put(piece)
                .put(bytes, at + length, bytes.length - at - length)
                .array();
    }
}
