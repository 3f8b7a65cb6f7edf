package dev.suffice.models.gguf;

import dev.suffice.models.ModelException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.RandomAccess;

/** Texts in one array of bytes; each is decoded when asked for. Immutable. */
final class TextList extends AbstractList<String> implements RandomAccess {
    private final String where;
    private final byte[] bytes;
    private final int[] ends;

    /**
     * @param where file and key, for errors
     * @param bytes UTF-8, one text after the other
     * @param ends index of the byte after each text
     */
    TextList(String where, byte[] bytes, int[] ends) {
        this.where = where;
        this.bytes = bytes;
        this.ends = ends;
    }

    @Override
    public int size() {
        return ends.length;
    }

    /**
     * The text at an index.
     *
     * @throws ModelException if it is not UTF-8
     */
    @Override
    public String get(int index) {
        var start = index == 0 ? 0 : ends[index - 1];
        return decode("%s: entry %d".formatted(where, index), bytes, start, ends[index] - start);
    }

    static String decode(String where, byte[] bytes, int start, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelException("%s: not valid UTF-8; damaged".formatted(where), e);
        }
    }
}
