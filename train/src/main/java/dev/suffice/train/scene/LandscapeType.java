package dev.suffice.train.scene;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Kinds of landscape that can be told apart at a glance: the classes of a scene classifier. Each gathers some of the dataset's terrain tags. */
public enum LandscapeType {
    /** Rounded green or brown hills, and meadows. */
    HILLS("green hills", "autumn hills", "a meadow"),
    /** Mountains, with or without snow on their peaks. */
    MOUNTAINS("mountains", "snowy mountains"),
    /** Snow on the ground. */
    SNOW("a snowy landscape", "a snowy valley"),
    /** Snow on the ground around a lake. */
    SNOWY_LAKE("a snowy valley with a lake"),
    /** Sand dunes. */
    DESERT("desert dunes"),
    /** A lake in green country. */
    LAKE("a lake", "a lake in front of snowy mountains"),
    /** A valley between mountains, with or without a river. */
    VALLEY("a valley with a river", "a green valley"),
    /** Land that meets the sea. */
    BEACH("a beach"),
    /** Red rocks. */
    CANYON("a canyon"),
    /** Many trees. */
    FOREST("a forest");

    @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
    private final List<String> terrains;

    LandscapeType(String... terrains) {
        this.terrains = List.of(terrains);
    }

    /** The terrain tags of this kind, as the dataset writes them. */
    public List<String> terrains() {
        return terrains;
    }

    /** The kind of a dataset's terrain tag. */
    public static Optional<LandscapeType> of(String terrain) {
        return Arrays.stream(values()).filter(t -> t.terrains.contains(terrain)).findFirst();
    }
}
