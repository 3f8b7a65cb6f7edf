package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.LayeredScene;
import java.io.IOException;
import java.util.Map;

/** A way to write a scene for other tools. Implementations have no state: one instance serves all threads. */
public interface Export {
    /** What people type: lower-case letters and digits. */
    String name();

    /** What the name of its file ends with, after the dot; of the main one where there are several. */
    String extension();

    /** Who reads it and what is in it, in one line. */
    String description();

    /**
     * Makes the files in memory.
     *
     * @param name what their names begin with
     * @return contents by name, with {@code /} between folder and file where they need a folder; the main file first
     * @throws IOException if an encoder fails
     */
    Map<String, byte[]> files(LayeredScene scene, String name) throws IOException;
}
