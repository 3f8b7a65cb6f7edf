package dev.suffice.classify.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Hashes of texts that do not tell upper from lower case, nor one white space from another. */
final class TextHash {
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");

    private TextHash() {}

    /** The first eight bytes of SHA-256 of the normalised text; of a pair, of both with a line end between. */
    static long of(Labelled content) {
        return of(new byte[0], content);
    }

    /** The same of a number and the text. */
    static long of(long seed, Labelled content) {
        return of(ByteBuffer.allocate(Long.BYTES).putLong(seed).array(), content);
    }

    /** Without spaces around, each run of white space as one space, lower case. */
    static String normalised(String text) {
        return SPACES.matcher(text).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
    }

    private static long of(byte[] before, Labelled content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(before);
            var text = content.texts().stream().map(TextHash::normalised).collect(Collectors.joining("\n"));
            return ByteBuffer.wrap(digest.digest(text.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
