package dev.suffice.train.scene;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Simple prompts with the answer a classifier should give for a good picture: one object, or one landscape. Prompts that stand verbatim
 * among the training captions are left out, whatever their grammar.
 */
public final class EvaluationPrompts {
    private static final List<String> COLOURS = List.of(
            "red", "blue", "green", "yellow", "orange", "purple", "pink", "turquoise", "white", "black", "brown");
    private static final List<String> WALLS =
            List.of("white", "blue", "green", "yellow", "pink", "red", "orange", "grey");

    private EvaluationPrompts() {}

    /** What a prompt should show. */
    public enum Subject {
        /** An object of a class. */
        OBJECT,
        /** A landscape of a kind. */
        LANDSCAPE
    }

    /**
     * A prompt and its answer.
     *
     * @param text the prompt
     * @param subject what sort of answer
     * @param label an {@link ObjectClass#name()}, or a {@link LandscapeType} in lower case
     * @param colour the object's colour word, or empty
     */
    public record EvaluationPrompt(String text, Subject subject, String label, String colour) {}

    /**
     * Draws prompts: objects of every class in turn, and every fifth a landscape.
     *
     * @param count how many
     * @param seed the same seed and the same training captions give the same prompts
     * @param training captions that must not be asked for
     * @return {@code count} different prompts, none of them in {@code training}
     * @throws IllegalArgumentException if there are not as many different prompts
     */
    public static List<EvaluationPrompt> draw(int count, long seed, Set<String> training) {
        var random = new SplittableRandom(seed);
        var prompts = new ArrayList<EvaluationPrompt>();
        var texts = new HashSet<String>();
        List<ObjectClass> classes = ObjectClasses.all();
        List<LandscapeType> types = List.of(LandscapeType.values());
        int objects = 0;
        int landscapes = 0;
        int misses = 0;
        while (prompts.size() < count) {
            boolean landscape = prompts.size() % 5 == 4;
            EvaluationPrompt prompt = landscape
                    ? landscape(types.get(landscapes % types.size()), random)
                    : object(classes.get(objects % classes.size()), random);
            if (training.contains(prompt.text()) || !texts.add(prompt.text())) {
                if (++misses > 200 * (count + 10)) {
                    throw new IllegalArgumentException("evaluation prompts " + count + ": only " + prompts.size()
                            + " different ones were found that are not training captions; ask for fewer");
                }
                continue;
            }
            prompts.add(prompt);
            if (landscape) {
                landscapes++;
            } else {
                objects++;
            }
        }
        return prompts;
    }

    private static <T> T pick(List<T> list, RandomGenerator random) {
        return list.get(random.nextInt(list.size()));
    }

    private static EvaluationPrompt object(ObjectClass type, RandomGenerator random) {
        // Only classes whose models can all be painted are asked for in a colour; of a cactus only the pot is.
        boolean paintable = !type.name().equals("cactus")
                && type.models().stream().noneMatch(m -> m.paint().isEmpty());
        String colour = paintable && random.nextDouble() < 0.75 ? pick(COLOURS, random) : "";
        String noun = Captions.a((colour + " " + type.name()).strip());
        String text;
        if (type.indoors()) {
            String wall = pick(WALLS, random);
            String room = type.room().isEmpty() ? "room" : type.room();
            text = switch (random.nextInt(5)) {
                case 0 -> noun + " in a room with " + wall + " walls";
                case 1 -> noun + " in " + Captions.a(wall) + " room";
                case 2 -> noun + " in a bright " + room + " with " + wall + " walls";
                case 3 -> "a room with " + wall + " walls and " + noun;
                default -> noun + " standing on a wooden floor, " + wall + " walls";
            };
        } else {
            String land = pick(
                    List.of(
                            "green hills",
                            "snowy mountains",
                            "sand dunes",
                            "a lake",
                            "a forest",
                            "mountains",
                            "a beach",
                            "red rocks"),
                    random);
            text = switch (random.nextInt(3)) {
                case 0 -> noun + " in front of " + land;
                case 1 -> noun + " outdoors, " + land + " behind it";
                default ->
                    noun + " in front of " + land
                            + pick(List.of(" at sunset", " on a sunny day", " under a cloudy sky"), random);
            };
        }
        return new EvaluationPrompt(text, Subject.OBJECT, type.name(), colour);
    }

    private static EvaluationPrompt landscape(LandscapeType type, RandomGenerator random) {
        List<String> phrases = switch (type) {
            case HILLS -> List.of("green hills", "rolling hills", "soft green hills", "grassy hills");
            case MOUNTAINS -> List.of("snowy mountains", "high mountains", "rocky mountains", "snow-capped mountains");
            case SNOW -> List.of("a snowy landscape", "a winter landscape", "a snowy valley", "deep snow");
            case SNOWY_LAKE ->
                List.of(
                        "a snowy valley with a lake",
                        "a lake in a snowy landscape",
                        "a winter lake surrounded by snow");
            case DESERT -> List.of("desert dunes", "sand dunes", "a sandy desert");
            case LAKE ->
                List.of(
                        "a lake in front of snowy mountains",
                        "a mountain lake",
                        "a blue lake with mountains behind it");
            case VALLEY -> List.of("a green valley", "a valley with a river", "a river between mountains");
            case BEACH -> List.of("a beach", "a sandy beach", "a beach by the sea");
            case CANYON -> List.of("a canyon", "red rock cliffs", "a red canyon");
            case FOREST -> List.of("a forest", "a pine forest", "a forest with many pine trees");
        };
        List<String> skies = List.of(
                " at sunset",
                " on a sunny day",
                " under a cloudy sky",
                " at dawn",
                " in the morning",
                " under a blue sky",
                " in the evening");
        return new EvaluationPrompt(
                pick(phrases, random) + pick(skies, random),
                Subject.LANDSCAPE,
                type.name().toLowerCase(Locale.ROOT),
                "");
    }
}
