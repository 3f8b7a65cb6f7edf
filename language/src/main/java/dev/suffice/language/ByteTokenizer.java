package dev.suffice.language;

import dev.suffice.models.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Tokens of bytes that need not be text: whole characters go through a tokenizer, and what is none, such as the first half of one, becomes tokens of single
 * bytes where the vocabulary has them, and else is left out. Thread-safe.
 */
final class ByteTokenizer {
    private static final int NONE = -1;

    private final Tokenizer tokenizer;
    private final int[] single = new int[256];

    /** Of a tokenizer, which stays the caller's. */
    ByteTokenizer(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        Arrays.fill(single, NONE);
        for (int token = 0; token < tokenizer.vocabularySize(); token++) {
            var bytes = tokenizer.bytes(token);
            if (bytes.length == 1 && !tokenizer.isSpecial(token)) {
                single[bytes[0] & 0xff] = token;
            }
        }
    }

    /** What it makes tokens with. */
    Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Tokens of bytes, in which nothing is a special token. */
    int[] encode(byte[] bytes) {
        var tokens = new int[0];
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length + 1);
        while (in.hasRemaining()) {
            var result = decoder.reset().decode(in, out.clear(), true);
            if (out.flip().hasRemaining()) {
                tokens = TokenList.joined(tokens, tokenizer.encodeLiterally(out.toString()));
            }
            if (result.isError()) {
                tokens = TokenList.joined(tokens, singles(bytes, in.position(), result.length()));
                in.position(in.position() + result.length());
            }
        }
        return tokens;
    }

    private int[] singles(byte[] bytes, int from, int count) {
        return java.util.stream.IntStream.range(from, from + count)
                .map(i -> single[bytes[i] & 0xff])
                .filter(token -> token != NONE)
                .toArray();
    }

    /**
     * Where in a text its tokens end.
     *
     * @param tokens of the text; they may begin with a blank that the text has not, as tokenizers add one that mark words by the blank before them
     * @return the offset behind each token's last byte; empty if the tokens are not the text, letter by letter: tokenizers may change letters
     */
    Optional<int[]> ends(int[] tokens, byte[] text) {
        var bytes = new ByteArrayOutputStream(text.length + 1);
        var ends = new int[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            bytes.writeBytes(tokenizer.bytes(tokens[i]));
            ends[i] = bytes.size();
        }
        var all = bytes.toByteArray();
        if (Arrays.equals(all, text)) {
            return Optional.of(ends);
        }
        if (all.length == text.length + 1 && all[0] == ' ' && Arrays.equals(all, 1, all.length, text, 0, text.length)) {
            return Optional.of(Arrays.stream(ends).map(end -> end - 1).toArray());
        }
        return Optional.empty();
    }

    /** Whether a byte goes on with a character that began before it. */
    static boolean continues(byte value) {
        return (value & 0xC0) == 0x80;
    }
}
