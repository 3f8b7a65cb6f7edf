package dev.suffice.train.eval;

import java.util.List;

/**
 * A rendered perspective scene with what is known about it.
 *
 * @param picture colours, and depth in the code of {@link dev.suffice.train.DepthEncoding#PLACES}
 * @param objects the share of an object at each point, {@link Thumbnail#GRID} x {@link Thumbnail#GRID} values in 0..1
 * @param kind the sort of scene: room, outdoor-object, landscape, or room2 (two objects)
 * @param label the class of the only object, or the landscape's type in lower case; empty where there are two objects
 * @param colour the only object's colour word, or empty
 * @param captions what it shows
 */
@SuppressWarnings("ArrayRecordComponent") // large, and never compared
record Rendering(Thumbnail picture, float[] objects, String kind, String label, String colour, List<String> captions) {
    /** Whether a classifier can be asked what it shows. */
    boolean labelled() {
        return !label.isEmpty();
    }

    /** Whether it is a room. */
    boolean indoors() {
        return indoors(kind);
    }

    /** Whether scenes of this kind are rooms. */
    static boolean indoors(String kind) {
        return kind.startsWith("room");
    }
}
