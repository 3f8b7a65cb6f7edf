package dev.suffice.models.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * The alphabet of byte-level vocabularies (GPT-2): every byte is a letter. Bytes that print in Latin-1 stand for
 * themselves, the others, in their order, for the letters from U+0100 on.
 */
final class ByteAlphabet {
    private static final int SHIFTED = 0x100;
    /** By letter, the byte, or -1. */
    private static final short[] BYTES = bytes();

    private ByteAlphabet() {}

    /** The bytes of a token; one with a letter outside the alphabet is taken as it is, in UTF-8. */
    static byte[] decode(String token) {
        var bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            var letter = token.charAt(i);
            if (letter >= BYTES.length || BYTES[letter] < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) BYTES[letter];
        }
        return bytes;
    }

    private static short[] bytes() {
        var bytes = new short[SHIFTED + 68];
        java.util.Arrays.fill(bytes, (short) -1);
        int letter = SHIFTED;
        for (short value = 0; value < SHIFTED; value++) {
            var prints = (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || value >= 0xAE;
            bytes[prints ? value : letter++] = value;
        }
        return bytes;
    }
}
