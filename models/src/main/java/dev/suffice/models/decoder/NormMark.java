package dev.suffice.models.decoder;

import dev.suffice.engine.Shape;
import dev.suffice.models.quantise.ResidualStream;
import dev.suffice.models.quantise.StoredRows;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A mark of a decoder's weights that stays the same when its matrices are quantised: of its last normalisation, rounded to bfloat16. */
final class NormMark {
    private NormMark() {}

    static String of(Decoder decoder) {
        int size = decoder.config().hidden();
        var ending = decoder.rotation().isPresent() ? ResidualStream.FOLDED : ".weight";
        var stored = decoder.weights().require(decoder.lastNormPath() + ending, Shape.of(size));
        var bytes = ByteBuffer.allocate(2 * size);
        for (var value : StoredRows.values(stored)) {
            bytes.putShort((short) ((Float.floatToIntBits(value) + 0x8000) >>> 16));
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
