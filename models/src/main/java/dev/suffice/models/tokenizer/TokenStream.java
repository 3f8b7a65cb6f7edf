package dev.suffice.models.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Makes text of tokens as they come: whole characters only, for a token may end within one. All that {@link #accept} and
 * {@link #flush} give, put together, is the UTF-8 of the tokens' bytes; bytes that cannot become a character are
 * U+FFFD. Not thread-safe.
 *
 * <p>The start of the text is taken as a continuation: a vocabulary that marks words by a blank before them gives that
 * blank for the first word too.
 */
public final class TokenStream {
    private final Tokenizer tokenizer;
    private final boolean skipSpecial;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] pending = {};

    /**
     * A stream that has not got any token.
     *
     * @param skipSpecial whether special tokens give no text
     */
    public TokenStream(Tokenizer tokenizer, boolean skipSpecial) {
        this.tokenizer = tokenizer;
        this.skipSpecial = skipSpecial;
    }

    /**
     * Takes a token.
     *
     * @return the text that it completes, which may be empty
     * @throws IllegalArgumentException if the number is negative
     */
    public String accept(int id) {
        return skipSpecial && tokenizer.isSpecial(id) ? "" : decode(tokenizer.bytes(id), false);
    }

    /** Ends the text: what was left of an unfinished character, as U+FFFD. The stream is then as new. */
    public String flush() {
        var rest = decode(new byte[0], true);
        decoder.reset();
        return rest;
    }

    private String decode(byte[] bytes, boolean end) {
        var in = ByteBuffer.allocate(pending.length + bytes.length)
                .put(pending)
                .put(bytes)
                .flip();
        var out = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, out, end);
        if (end) {
            decoder.flush(out);
        }
        pending = new byte[in.remaining()];
        in.get(pending);
        return out.flip().toString();
    }
}
