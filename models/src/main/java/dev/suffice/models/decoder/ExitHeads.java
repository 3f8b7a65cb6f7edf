package dev.suffice.models.decoder;

import java.nio.file.Path;
import java.util.Optional;

/** Exit heads in a folder of folders. */
public final class ExitHeads {
    private ExitHeads() {}

    /**
     * The head that was trained for a decoder; of several the first by the name of its folder.
     *
     * @param folder of folders; may be missing
     * @throws dev.suffice.models.ModelException if one of them is damaged
     */
    public static Optional<ExitHead> find(Path folder, Decoder decoder) {
        return HeadFolders.find(folder, ExitHead.TYPE, ExitHead::open, head -> head.fits(decoder));
    }
}
