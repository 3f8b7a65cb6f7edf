package dev.suffice.train.scene;

import dev.suffice.train.scene.SceneFacts.Indoors;
import dev.suffice.train.scene.SceneFacts.Outdoors;
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
        String text = switch (facts.surroundings()) {
            case Indoors in -> facts.panorama() ? roomAround(in, length) : room(in, length);
            case Outdoors out -> facts.things().isEmpty() ? landscape(out, length) : outdoors(out, length);
        };
        if (facts.panorama()) {
            return pick(List.of(
                            "360 view of ",
                            "360 view of ",
                            "a 360 view of ",
                            "360 degree view of ",
                            "a 360 degree panorama of ",
                            "panorama of ",
                            "360 panorama of "))
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
        return chance(0.62)
                ? thing.type().words().getFirst()
                : pick(thing.type().words());
    }

    private String noun(Thing thing, double colourChance) {
        String colour = chance(colourChance) ? colourWord(thing.colour()) : "";
        return colour.isEmpty() ? name(thing) : colour + " " + name(thing);
    }

    private String things(double colourChance) {
        if (facts.things().size() == 1) {
            return a(noun(facts.things().getFirst(), colourChance));
        }
        var nouns = new ArrayList<>(
                facts.things().stream().map(t -> a(noun(t, colourChance))).toList());
        if (facts.things().size() == 2) {
            boolean swap = chance(0.35);
            String first = nouns.get(swap ? 1 : 0);
            String second = nouns.get(swap ? 0 : 1);
            int side = swap ? -facts.beside() : facts.beside();
            if (side != 0 && chance(0.75)) {
                String word = side < 0 ? "left" : "right";
                return first + " " + pick(List.of("to the " + word + " of", "on the " + word + " of", word + " of"))
                        + " " + second;
            }
            String between = facts.panorama() ? "and" : pick(List.of("and", "and", "next to", "beside"));
            return first + " " + between + " " + second;
        }
        String last = nouns.removeLast();
        return String.join(", ", nouns) + " and " + last;
    }

    private String roomNoun(Indoors in, double light) {
        String room = in.room().isEmpty() || chance(0.2) ? "room" : in.room();
        if (!in.light().isEmpty() && chance(light)) {
            return a(pick(LIGHT_WORDS.getOrDefault(in.light(), List.of(in.light()))) + " " + room);
        }
        return a(room);
    }

    private String walls(Indoors in) {
        return (in.wall().equals("brick") ? "brick" : colourWord(in.wall())) + " walls";
    }

    private String floor(Indoors in) {
        return a(in.floor().equals("wooden") && chance(0.2) ? "wood" : in.floor()) + " floor";
    }

    private String room(Indoors in, int length) {
        if (length == 0) {
            boolean bare = facts.things().size() == 1 && chance(0.5);
            return bare ? noun(facts.things().getFirst(), chance(0.5) ? 0 : 1) : things(0.6);
        }
        String what = things(0.85);
        boolean rug = !in.rug().isEmpty();
        if (length == 1) {
            return switch (random.nextInt(5)) {
                case 0, 1 -> what + " in a room with " + walls(in);
                case 2 -> what + " in " + roomNoun(in, 0.9);
                case 3 -> rug ? what + " on " + a(colourWord(in.rug()) + " rug") : what + " on " + floor(in);
                default -> what + " in " + roomNoun(in, 0.5) + " with " + walls(in);
            };
        }
        String long1 = what + (rug && chance(0.7) ? " on " + a(colourWord(in.rug()) + " rug") : "") + " in "
                + roomNoun(in, 0.75);
        return switch (random.nextInt(4)) {
            case 0, 1 -> long1 + " with " + walls(in) + " and " + floor(in);
            case 2 -> long1 + " with " + floor(in) + " and " + walls(in);
            default ->
                what + " on " + floor(in) + " in front of " + a(walls(in).replace(" walls", " wall"))
                        + (chance(0.5) ? " in " + roomNoun(in, 0.8) : "");
        };
    }

    private String roomAround(Indoors in, int length) {
        String room = roomNoun(in, length == 0 ? 0.3 : 0.7);
        if (length == 0) {
            return chance(0.5) ? room : room + " with " + things(0.3);
        }
        String what = things(0.8);
        if (length == 1) {
            return chance(0.5) ? room + " with " + what : room + " with " + walls(in) + " and " + what;
        }
        return room + " with " + what + ", " + walls(in) + " and " + floor(in);
    }

    private String sky(Outdoors out) {
        String word = pick(out.sky());
        return switch (word) {
            case "sunset", "dusk", "sunrise", "dawn", "night" -> " at " + word;
            case "fog", "mist", "bright sunshine", "moonlight" -> " in " + word;
            case "white clouds", "grey clouds" -> " under " + word;
            default -> " under " + word;
        };
    }

    private String extra(Outdoors out, double p) {
        return !out.extras().isEmpty() && chance(p) ? pick(out.extras()) : "";
    }

    private String outdoors(Outdoors out, int length) {
        if (length == 0) {
            return chance(0.5) ? noun(facts.things().getFirst(), chance(0.5) ? 0 : 1) : things(0.7);
        }
        String what = things(0.85);
        String place = chance(0.3) ? "in front of " + pick(out.land()) : pick(out.places());
        if (length == 1) {
            return chance(0.8) ? what + " " + place : what + sky(out);
        }
        String trees = extra(out, 0.6);
        return what + " " + place + (trees.isEmpty() ? "" : " with " + trees) + sky(out);
    }

    private String landscape(Outdoors out, int length) {
        String land = chance(0.45) ? out.land().getFirst() : pick(out.land());
        if (length == 0) {
            return land.startsWith("a ") && chance(0.4) ? land.substring(2) : land;
        }
        String trees = extra(out, length == 1 ? 0.5 : 0.85);
        String with = trees.isEmpty() ? "" : (land.contains(" with ") ? " and " : " with ") + trees;
        if (length == 1) {
            return with.isEmpty() || chance(0.4) ? land + sky(out) : land + with;
        }
        String start = !out.mood().isEmpty() && out.mood().equals("misty") && land.startsWith("a ")
                ? "a misty " + land.substring(2)
                : land;
        return start + with + sky(out);
    }
}
