package dev.suffice.train.scene;

import java.util.List;

/**
 * A kind of thing that captions can name.
 *
 * @param name its label
 * @param words what captions call it, the first most often
 * @param room the kind of room it belongs to, or empty for any
 * @param setting where it may stand
 * @param againstWall whether indoors its back belongs to a wall
 * @param yaws degrees its front may be turned away from the viewer
 * @param weight how often it is drawn, 1 for usual
 * @param models which models show it
 */
public record ObjectClass(
        String name,
        List<String> words,
        String room,
        Setting setting,
        boolean againstWall,
        List<Integer> yaws,
        double weight,
        List<ModelChoice> models) {

    /** Where a thing may stand. */
    public enum Setting {
        /** In rooms only. */
        INDOORS,
        /** In the open only. */
        OUTDOORS,
        /** Anywhere. */
        ANYWHERE
    }

    /**
     * One model of a class.
     *
     * @param id its catalogue identifier
     * @param scale factor on the catalogue's size
     * @param turn degrees that bring its front to +z
     * @param paint materials that take another colour; empty where it keeps its own
     * @param word what captions may call this model besides the class's words; empty for nothing
     */
    public record ModelChoice(String id, double scale, int turn, List<String> paint, String word) {}

    /** Whether it may stand in a room. */
    public boolean indoors() {
        return setting != Setting.OUTDOORS;
    }

    /** Whether it may stand in the open. */
    public boolean outdoors() {
        return setting != Setting.INDOORS;
    }
}
