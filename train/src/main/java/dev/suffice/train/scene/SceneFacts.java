package dev.suffice.train.scene;

import java.util.List;
import java.util.Objects;

/**
 * What may be said about a scene: captions are written from nothing else. An empty word means that nothing may be said about that.
 *
 * @param kind what sort of scene
 * @param panorama whether the picture shows everything around
 * @param things the objects, in the order of their masks
 * @param beside where the first object stands as seen from the second: -1 to the left, 1 to the right, 0 where sides may not be named
 * @param surroundings what is around the objects
 */
public record SceneFacts(Kind kind, boolean panorama, List<Thing> things, int beside, Surroundings surroundings) {
    public SceneFacts {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(surroundings, "surroundings");
        things = List.copyOf(things);
        if (beside != 0 && things.size() != 2) {
            throw new IllegalArgumentException("sides named among " + things.size() + " objects: only two have them");
        }
    }

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

    /** What is around the objects. */
    public sealed interface Surroundings permits Indoors, Outdoors {}

    /**
     * A room.
     *
     * @param room kind of room, e.g. bedroom
     * @param wall colour of the walls, or brick
     * @param floor e.g. wooden
     * @param rug colour of a rug
     * @param light e.g. bright
     */
    public record Indoors(String room, String wall, String floor, String rug, String light) implements Surroundings {}

    /**
     * A landscape.
     *
     * @param land phrases for it, the plainest first
     * @param places where a thing stands in it, e.g. on a beach
     * @param sky phrases for the sky, the plainest first
     * @param extras phrases for what else can be seen, e.g. pine trees; all for the same
     * @param mood e.g. misty
     */
    public record Outdoors(List<String> land, List<String> places, List<String> sky, List<String> extras, String mood)
            implements Surroundings {
        public Outdoors {
            land = List.copyOf(land);
            places = List.copyOf(places);
            sky = List.copyOf(sky);
            extras = List.copyOf(extras);
            if (land.isEmpty() || sky.isEmpty()) {
                throw new IllegalArgumentException("landscape " + land + " under " + sky + ": both need a phrase");
            }
        }

        Outdoors bare() {
            return new Outdoors(land, places, sky, List.of(), mood);
        }
    }

    SceneFacts with(List<Thing> newThings, Surroundings newSurroundings) {
        return new SceneFacts(kind, panorama, newThings, beside, newSurroundings);
    }
}
