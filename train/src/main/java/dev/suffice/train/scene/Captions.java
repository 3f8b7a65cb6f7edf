package dev.suffice.train.scene;

import dev.suffice.train.scene.SceneFacts.Thing;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Writes captions from a scene's facts, from one word to a long sentence. A caption may leave facts out, but says nothing that is not in
 * them.
 */
public final class Captions {
    private static final Map<String, List<String>> COLOUR_WORDS = Map.of(
            "red", List.of("red", "red", "red", "red", "crimson", "scarlet"),
            "grey", List.of("grey", "gray"),
            "purple", List.of("purple", "purple", "violet"),
            "turquoise", List.of("turquoise", "turquoise", "teal"),
            "beige", List.of("beige", "beige", "cream-coloured"));

    private static final Map<String, List<String>> LIGHT_WORDS = Map.of(
            "bright", List.of("bright", "bright", "well-lit", "light"),
            "sunny", List.of("sunny", "sunny", "sunlit", "bright"),
            "dim", List.of("dim", "dark", "dimly lit"),
            "warmly lit", List.of("warmly lit", "cosy"));

    private final SceneFacts facts;
    private final RandomGenerator random;

    private Captions(SceneFacts facts, RandomGenerator random) {
        this.facts = facts;
        this.random = random;
    }

    /**
     * Three different captions: short, middling and long.
     *
     * @param facts what may be said
     * @param random decides how it is said
     */
    public static List<String> of(SceneFacts facts, RandomGenerator random) {
        var captions = new Captions(facts, random);
        var all = new LinkedHashSet<String>();
        for (int tries = 0; all.size() < 3 && tries < 40; tries++) {
            all.add(captions.write(Math.min(2, all.size())).strip().replaceAll("\\s+", " "));
        }
        return List.copyOf(all);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private boolean chance(double p) {
        return random.nextDouble() < p;
    }

    private String write(int length) {
        String text =
                switch (facts.kind()) {
                    case ROOM, ROOM2 -> facts.panorama() ? roomAround(length) : room(length);
                    case OUTDOOR_OBJECT -> outdoors(length);
                    case LANDSCAPE -> landscape(length);
                };
        if (facts.panorama()) {
            return pick(List.of(
                            "360 view of ", "360 view of ", "a 360 view of ", "360 degree view of ", "a 360 degree panorama of ",
                            "panorama of ", "360 panorama of "))
                    + text;
        }
        return chance(length == 0 ? 0.2 : 0.3)
                ? pick(List.of("a photo of ", "a picture of ", "an image of ", "a view of ", "photo of ")) + text
                : text;
    }

    /** A phrase with its article. */
    static String a(String phrase) {
        return ("aeiou".indexOf(phrase.charAt(0)) >= 0 ? "an " : "a ") + phrase;
    }

    private String colourWord(String colour) {
        return colour.isEmpty() ? "" : pick(COLOUR_WORDS.getOrDefault(colour, List.of(colour)));
    }

    private String name(Thing thing) {
        if (!thing.word().isEmpty() && chance(0.4)) {
            return thing.word();
        }
        return chance(0.62) ? thing.type().words().getFirst() : pick(thing.type().words());
    }

    private String noun(Thing thing, double colourChance) {
        String colour = chance(colourChance) ? colourWord(thing.colour()) : "";
        return colour.isEmpty() ? name(thing) : colour + " " + name(thing);
    }

    private String things(double colourChance) {
        if (facts.things().size() == 1) {
            return a(noun(facts.things().getFirst(), colourChance));
        }
        var nouns = new ArrayList<>(facts.things().stream().map(t -> a(noun(t, colourChance))).toList());
        if (facts.things().size() == 2) {
            boolean swap = chance(0.35);
            String first = nouns.get(swap ? 1 : 0);
            String second = nouns.get(swap ? 0 : 1);
            int side = swap ? -facts.beside() : facts.beside();
            if (side != 0 && chance(0.75)) {
                String word = side < 0 ? "left" : "right";
                return first + " " + pick(List.of("to the " + word + " of", "on the " + word + " of", word + " of")) + " " + second;
            }
            String between = facts.panorama() ? "and" : pick(List.of("and", "and", "next to", "beside"));
            return first + " " + between + " " + second;
        }
        String last = nouns.removeLast();
        return String.join(", ", nouns) + " and " + last;
    }

    private String roomNoun(double light) {
        String room = facts.room().isEmpty() || chance(0.2) ? "room" : facts.room();
        if (!facts.light().isEmpty() && chance(light)) {
            return a(pick(LIGHT_WORDS.getOrDefault(facts.light(), List.of(facts.light()))) + " " + room);
        }
        return a(room);
    }

    private String walls() {
        return (facts.wall().equals("brick") ? "brick" : colourWord(facts.wall())) + " walls";
    }

    private String floor() {
        return a(facts.floor().equals("wooden") && chance(0.2) ? "wood" : facts.floor()) + " floor";
    }

    private String room(int length) {
        if (length == 0) {
            boolean bare = facts.things().size() == 1 && chance(0.5);
            return bare ? noun(facts.things().getFirst(), chance(0.5) ? 0 : 1) : things(0.6);
        }
        String what = things(0.85);
        boolean rug = !facts.rug().isEmpty();
        if (length == 1) {
            return switch (random.nextInt(5)) {
                case 0, 1 -> what + " in a room with " + walls();
                case 2 -> what + " in " + roomNoun(0.9);
                case 3 -> rug ? what + " on " + a(colourWord(facts.rug()) + " rug") : what + " on " + floor();
                default -> what + " in " + roomNoun(0.5) + " with " + walls();
            };
        }
        String long1 = what + (rug && chance(0.7) ? " on " + a(colourWord(facts.rug()) + " rug") : "") + " in " + roomNoun(0.75);
        return switch (random.nextInt(4)) {
            case 0, 1 -> long1 + " with " + walls() + " and " + floor();
            case 2 -> long1 + " with " + floor() + " and " + walls();
            default -> what + " on " + floor() + " in front of " + a(walls().replace(" walls", " wall")) + (chance(0.5) ? " in " + roomNoun(0.8) : "");
        };
    }

    private String roomAround(int length) {
        String room = roomNoun(length == 0 ? 0.3 : 0.7);
        if (length == 0) {
            return chance(0.5) ? room : room + " with " + things(0.3);
        }
        String what = things(0.8);
        if (length == 1) {
            return chance(0.5) ? room + " with " + what : room + " with " + walls() + " and " + what;
        }
        return room + " with " + what + ", " + walls() + " and " + floor();
    }

    private String sky() {
        String word = pick(facts.sky());
        return switch (word) {
            case "sunset", "dusk", "sunrise", "dawn", "night" -> " at " + word;
            case "fog", "mist", "bright sunshine", "moonlight" -> " in " + word;
            case "white clouds", "grey clouds" -> " under " + word;
            default -> " under " + word;
        };
    }

    private String extra(double p) {
        return !facts.extras().isEmpty() && chance(p) ? pick(facts.extras()) : "";
    }

    private String outdoors(int length) {
        if (length == 0) {
            return chance(0.5) ? noun(facts.things().getFirst(), chance(0.5) ? 0 : 1) : things(0.7);
        }
        String what = things(0.85);
        String place = chance(0.3) ? "in front of " + pick(facts.land()) : pick(facts.places());
        if (length == 1) {
            return chance(0.8) ? what + " " + place : what + sky();
        }
        String trees = extra(0.6);
        return what + " " + place + (trees.isEmpty() ? "" : " with " + trees) + sky();
    }

    private String landscape(int length) {
        String land = chance(0.45) ? facts.land().getFirst() : pick(facts.land());
        if (length == 0) {
            return land.startsWith("a ") && chance(0.4) ? land.substring(2) : land;
        }
        String trees = extra(length == 1 ? 0.5 : 0.85);
        String with = trees.isEmpty() ? "" : (land.contains(" with ") ? " and " : " with ") + trees;
        if (length == 1) {
            return with.isEmpty() || chance(0.4) ? land + sky() : land + with;
        }
        String start = !facts.mood().isEmpty() && facts.mood().equals("misty") && land.startsWith("a ") ? "a misty " + land.substring(2) : land;
        return start + with + sky();
    }
}
