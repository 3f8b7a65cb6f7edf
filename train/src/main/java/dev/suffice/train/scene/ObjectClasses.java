package dev.suffice.train.scene;

import static dev.suffice.train.scene.ObjectClass.Setting.ANYWHERE;
import static dev.suffice.train.scene.ObjectClass.Setting.INDOORS;
import static dev.suffice.train.scene.ObjectClass.Setting.OUTDOORS;

import dev.suffice.train.scene.ObjectClass.ModelChoice;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The things that scenes show, each with models from the Sweet Home 3D furniture libraries that were looked at one by one: only models
 * that show what their class says, and that can be told at 128 pixels.
 */
public final class ObjectClasses {
    private static final String K = "Kator Legaz#";
    private static final String C = "Blend Swap CC-0#";
    private static final String B = "Blend Swap CC-BY#";
    private static final String S = "Scopia#";

    private static final List<Integer> FRONT = List.of(0, 0, 20, -20);
    private static final List<Integer> THREE_QUARTER = List.of(40, -40, 60, -60);
    private static final List<Integer> FRONT_OR_CORNER = List.of(0, 25, -25, 45, -45);
    private static final List<Integer> SIDE = List.of(70, -70, 90, -90, 55, -55);

    private static final List<ObjectClass> ALL = List.of(
            indoor(
                    "sofa",
                    "sofa|couch|settee",
                    "living room",
                    true,
                    FRONT,
                    2.2,
                    model(K + "mid-century-sofa", "TEXTILE_generic"),
                    model(K + "mid-century-bench-sofa", "TEXTILE_generic"),
                    model(C + "sofa2", "Fabric|Trim"),
                    model(C + "winchesterSofa", "Buttons|Back|Sit|Surround"),
                    model(B + "sofa3", "Sofa"),
                    model(S + "leather_sofa", "dark_leather"),
                    model(K + "futon-couch", "Matress")),
            indoor(
                    "armchair",
                    "armchair|easy chair",
                    "living room",
                    false,
                    FRONT_OR_CORNER,
                    1.6,
                    model(K + "mid-century-chair", "TEXTILE_generic"),
                    model(C + "armchair2", "None"),
                    model(C + "winchesterArmchair", "Buttons|Back|Sit|Surround"),
                    model(S + "armchair3", "sofa"),
                    model(S + "armchair", "sillon_ref"),
                    model(B + "fotel", "Material")),
            indoor(
                    "bed",
                    "bed",
                    "bedroom",
                    true,
                    FRONT,
                    1.6,
                    model(C + "bed1", "couch"),
                    model(C + "bed2", "couch"),
                    model(C + "bed3", "Blanquet"),
                    model(B + "lettoCloud", "couch"),
                    model(S + "captains-bed", "mattress"),
                    model(B + "juniorBed", "couch")),
            indoor(
                    "piano",
                    "piano",
                    "living room",
                    false,
                    FRONT,
                    1.2,
                    model(C + "pianoAQueue", 1, 0, "black", "grand piano"),
                    model(B + "piano", 1, 0, "klavierlack", "upright piano")),
            indoor("cactus", "cactus", "", false, FRONT, 1, model(C + "cactus", 3, 0, "cactus_pot", "potted cactus")),
            anywhere(
                    "christmas tree",
                    "christmas tree|decorated christmas tree",
                    "living room",
                    FRONT,
                    1.2,
                    model(S + "christmas_tree", ""),
                    model(B + "arbolito", 4, 0, "Material", "")),
            indoor(
                    "bookcase",
                    "bookcase|bookshelf",
                    "living room",
                    true,
                    FRONT,
                    1.2,
                    model(K + "full-bookcase", ""),
                    model(B + "bookcase", "Color"),
                    model(S + "dining_room", "")),
            indoor(
                    "desk",
                    "desk|writing desk",
                    "office",
                    false,
                    FRONT,
                    1,
                    model(B + "simpleDesk", "Wood"),
                    model(B + "biurko3", ""),
                    model(B + "officeTable", ""),
                    model(C + "desk", "")),
            indoor(
                    "table",
                    "table|dining table",
                    "dining room",
                    false,
                    THREE_QUARTER,
                    1.2,
                    model(C + "table", "TableTop|TableFeet"),
                    model(C + "oakTable", 1, 0, "RED_OAK.001", "round table"),
                    model(B + "table", "Table-Top")),
            indoor(
                    "chair",
                    "chair|seat",
                    "",
                    false,
                    FRONT_OR_CORNER,
                    1.4,
                    model(K + "dining-chair", "Dining_chair"),
                    model(C + "oakChair", "RED_OAK.001"),
                    model(C + "antiqueChair", ""),
                    model(B + "foldingChair", 1, 0, "Black_Paint", "folding chair"),
                    model(K + "office-chair", 1, 0, "Office_CH_fabric", "office chair")),
            indoor(
                    "bathtub",
                    "bathtub|bath",
                    "bathroom",
                    false,
                    FRONT_OR_CORNER,
                    1.1,
                    model(B + "bath_jay_hardy", ""),
                    model(S + "corner_bathtub", ""),
                    model(S + "islandBath", "")),
            indoor(
                    "toilet",
                    "toilet|wc",
                    "bathroom",
                    true,
                    FRONT,
                    1.1,
                    model(C + "toiletsUnit", ""),
                    model(B + "toilets_unit_jay_hardy", ""),
                    model(B + "modernToilet", "")),
            indoor(
                    "washing machine",
                    "washing machine|washer",
                    "bathroom",
                    true,
                    FRONT,
                    1,
                    model(B + "washing_machine", ""),
                    model(S + "clothes_washing_machine", ""),
                    model(S + "dryer_machine", "")),
            indoor(
                    "refrigerator",
                    "refrigerator|fridge",
                    "kitchen",
                    true,
                    FRONT,
                    1.1,
                    model(K + "fridge", "Appliances"),
                    model(C + "refrigerator", "Appliance_Stainless"),
                    model(C + "largeFridge", "metal")),
            indoor(
                    "stove",
                    "stove|cooker|oven",
                    "kitchen",
                    true,
                    FRONT,
                    0.9,
                    model(B + "largeStove", ""),
                    model(C + "oven", "")),
            indoor(
                    "television",
                    "television|tv|tv set",
                    "living room",
                    false,
                    FRONT,
                    1.1,
                    model(C + "led_tv", ""),
                    model(S + "tv", "")),
            indoor(
                    "fireplace",
                    "fireplace|mantelpiece",
                    "living room",
                    true,
                    FRONT,
                    1,
                    model(S + "fireplace1", ""),
                    model(S + "fireplace2", "")),
            indoor(
                    "rocking horse",
                    "rocking horse|wooden rocking horse",
                    "nursery",
                    false,
                    SIDE,
                    1,
                    model(C + "caballito", 1.5, 0, "", "")),
            indoor(
                    "wardrobe",
                    "wardrobe|closet",
                    "bedroom",
                    true,
                    FRONT,
                    1,
                    model(B + "wardrobe", "Wood"),
                    model(S + "wardrobe1", "madera_armario2_rojiza.jpg.001"),
                    model(B + "wardrobe2", "")),
            indoor(
                    "potted plant",
                    "potted plant|plant|house plant",
                    "",
                    false,
                    FRONT,
                    1.1,
                    model(C + "plant", ""),
                    model(C + "decorativePlant", ""),
                    model(S + "ficus", ""),
                    model(B + "mediumIndoorPlant", "")),
            indoor(
                    "teddy bear",
                    "teddy bear|teddy",
                    "nursery",
                    false,
                    FRONT,
                    1,
                    model(C + "teddyBear", 1.6, 0, "teddy", "")),
            anywhere("stroller", "stroller|pushchair|pram", "", THREE_QUARTER, 0.9, model(S + "stroller", "")),
            anywhere(
                    "dog",
                    "dog",
                    "",
                    THREE_QUARTER,
                    1.2,
                    model(S + "dog", ""),
                    model(B + "bulldog", 1.2, 0, "", "bulldog")),
            anywhere(
                    "bicycle",
                    "bicycle|bike",
                    "",
                    SIDE,
                    1.2,
                    model(S + "bicycle", "firstcolor"),
                    model(B + "bike", "")),
            anywhere("wooden crate", "wooden crate|crate|wooden box", "", THREE_QUARTER, 0.8, model(C + "crate", "")),
            outdoor(
                    "car",
                    "car|auto",
                    THREE_QUARTER,
                    4.5,
                    model(K + "concept-sedan-01v2", "Car"),
                    model(K + "VW-new-beetle", "PAINT_yellow"),
                    model(K + "concept-sedan-02", "PAINT_lt_blue"),
                    model(B + "fordFocus", "carPaint"),
                    model(S + "seat_leon", "chapa_roja"),
                    model(S + "suv", "firstcolor"),
                    model(S + "chevrolet", "firstcolor")),
            outdoor(
                    "bench",
                    "bench|park bench",
                    FRONT_OR_CORNER,
                    1.6,
                    model(K + "painted-bench", "White_paint"),
                    model(K + "concrete-bench", ""),
                    model(S + "wood_bank", "")),
            outdoor("horse", "horse", SIDE, 1.6, model(C + "horse2", ""), model(B + "horse", "")),
            outdoor("tent", "tent|camping tent", FRONT_OR_CORNER, 1.4, model(S + "campingTent", "exteriorTent")),
            outdoor(
                    "motorcycle",
                    "motorcycle|motorbike",
                    SIDE,
                    1.2,
                    model(S + "yamaha-yzr-r6", ""),
                    model(K + "scooter", 1, 0, "", "scooter")),
            outdoor("snowman", "snowman", FRONT, 1.2, model(B + "bonecoDeNeve", 1.5, 0, "", "")),
            outdoor("rowboat", "rowboat|boat|rowing boat", THREE_QUARTER, 1, model(B + "rowboat", "white")),
            outdoor("fire hydrant", "fire hydrant|hydrant", FRONT, 1, model(K + "fire-hydrant", "PAINT_shiny_red")),
            outdoor("fountain", "fountain|stone fountain", FRONT, 0.9, model(B + "fountain", "")),
            outdoor("bus", "bus|coach", THREE_QUARTER, 1, model(S + "bus", "firstcolor"), model(S + "cityBus", "")));

    private ObjectClasses() {}

    /** All classes. */
    public static List<ObjectClass> all() {
        return ALL;
    }

    /**
     * A class by its label.
     *
     * @throws NoSuchElementException if there is none
     */
    public static ObjectClass named(String name) {
        return ALL.stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("object class \"" + name + "\": not among "
                        + ALL.stream().map(ObjectClass::name).toList()));
    }

    private static ModelChoice model(String id, String paint) {
        return model(id, 1, 0, paint, "");
    }

    private static ModelChoice model(String id, double scale, int turn, String paint, String word) {
        return new ModelChoice(id, scale, turn, paint.isEmpty() ? List.of() : List.of(paint.split("\\|")), word);
    }

    private static ObjectClass indoor(
            String name,
            String words,
            String room,
            boolean wall,
            List<Integer> yaws,
            double weight,
            ModelChoice... models) {
        return new ObjectClass(name, List.of(words.split("\\|")), room, INDOORS, wall, yaws, weight, List.of(models));
    }

    private static ObjectClass anywhere(
            String name, String words, String room, List<Integer> yaws, double weight, ModelChoice... models) {
        return new ObjectClass(name, List.of(words.split("\\|")), room, ANYWHERE, false, yaws, weight, List.of(models));
    }

    private static ObjectClass outdoor(
            String name, String words, List<Integer> yaws, double weight, ModelChoice... models) {
        return new ObjectClass(name, List.of(words.split("\\|")), "", OUTDOORS, false, yaws, weight, List.of(models));
    }
}
