package dev.suffice.models.decoder;

import java.nio.file.Path;
import java.util.Optional;

/** Draft heads in a folder of folders. */
public final class DraftHeads {
    private DraftHeads() {}

    /**
     * The head that was trained for a decoder.
     *
     * @param folder of folders; may be missing
     * @throws dev.suffice.models.ModelException if one of them is damaged
     */
    public static Optional<DraftHead> find(Path folder, Decoder decoder) {
        return HeadFolders.find(folder, DraftHead.TYPE, DraftHead::open, head -> head.fits(decoder));
    }
}
