package dev.suffice.train.scene;

import java.util.List;

/**
 * What may be said about a scene: captions are written from nothing else. An empty word means that nothing may be said about that.
 *
 * @param kind what sort of scene
 * @param panorama whether the picture shows everything around
 * @param things the objects, in the order of their masks
 * @param beside whether the first object stands to the left of the second; 0 where sides may not be named, -1 left, 1 right
 * @param room kind of room, e.g. bedroom
 * @param wall colour of the walls
 * @param floor e.g. wooden
 * @param rug colour of a rug
 * @param light e.g. bright
 * @param window whether a window can be seen
 * @param land words for the landscape, the plainest first
 * @param places where a thing stands in it, e.g. on a beach
 * @param sky words for the sky, the plainest first
 * @param extras further things in the landscape, e.g. pine trees
 * @param mood e.g. misty
 */
public record SceneFacts(
        Kind kind,
        boolean panorama,
        List<Thing> things,
        int beside,
        String room,
        String wall,
        String floor,
        String rug,
        String light,
        boolean window,
        List<String> land,
        List<String> places,
        List<String> sky,
        List<String> extras,
        String mood) {

    /** Sorts of scenes. */
    public enum Kind {
        /** One object in a room. */
        ROOM("room"),
        /** Several objects in a room. */
        ROOM2("room2"),
        /** An object in the open. */
        OUTDOOR_OBJECT("outdoor-object"),
        /** Nothing but landscape. */
        LANDSCAPE("landscape");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The word in the dataset. */
        public String label() {
            return label;
        }
    }

    /**
     * An object.
     *
     * @param type its class
     * @param model the model's catalogue identifier
     * @param word what this very model may be called besides; may be empty
     * @param colour its colour word, or empty
     */
    public record Thing(ObjectClass type, String model, String word, String colour) {
        Thing coloured(String newColour) {
            return new Thing(type, model, word, newColour);
        }
    }

    SceneFacts withExtras(List<String> newExtras) {
        return new SceneFacts(
                kind, panorama, things, beside, room, wall, floor, rug, light, window, land, places, sky, newExtras, mood);
    }

    SceneFacts with(List<Thing> newThings) {
        return new SceneFacts(
                kind, panorama, newThings, beside, room, wall, floor, rug, light, window, land, places, sky, extras, mood);
    }
}
