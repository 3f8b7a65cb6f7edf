package dev.suffice.train.scene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.train.scene.SceneFacts.Indoors;
import dev.suffice.train.scene.SceneFacts.Kind;
import dev.suffice.train.scene.SceneFacts.Outdoors;
import dev.suffice.train.scene.SceneFacts.Thing;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CaptionsTest {
    private static final Set<String> COLOURS = Set.of(
            "red",
            "crimson",
            "scarlet",
            "orange",
            "yellow",
            "green",
            "turquoise",
            "teal",
            "blue",
            "purple",
            "violet",
            "pink",
            "brown",
            "beige",
            "cream-coloured",
            "white",
            "grey",
            "gray",
            "black");

    private static Thing thing(String type, String colour) {
        ObjectClass found = ObjectClasses.named(type);
        return new Thing(found, found.models().getFirst().id(), "", colour);
    }

    private static List<String> many(SceneFacts facts) {
        var all = new HashSet<String>();
        for (int seed = 0; seed < 400; seed++) {
            List<String> three = Captions.of(facts, new SplittableRandom(seed));
            assertThat(three).hasSize(3).doesNotHaveDuplicates();
            all.addAll(three);
        }
        assertThat(all).allSatisfy(caption -> {
            assertThat(caption).doesNotContain("  ").isEqualTo(caption.strip());
            assertThat(caption).doesNotContainPattern("\\ba [aeiou]").doesNotContainPattern("\\ban [^aeiou]");
            assertThat(caption).doesNotContainPattern("\\b(a|an|the) (a|an|the)\\b");
        });
        return List.copyOf(all);
    }

    private static Set<String> colours(List<String> captions) {
        var found = new HashSet<String>();
        for (String caption : captions) {
            for (String word : caption.split("[ ,]+")) {
                if (COLOURS.contains(word)) {
                    found.add(word);
                }
            }
        }
        return found;
    }

    @Test
    void roomsSayOnlyWhatIsThere() {
        var facts = new SceneFacts(
                Kind.ROOM,
                false,
                List.of(thing("sofa", "red")),
                0,
                new Indoors("living room", "blue", "tiled", "", "dim"));
        List<String> captions = many(facts);
        assertThat(colours(captions)).containsExactlyInAnyOrder("red", "crimson", "scarlet", "blue");
        assertThat(captions)
                .anyMatch(c -> c.equals("sofa"))
                .anyMatch(c -> c.contains("settee"))
                .anyMatch(c -> c.contains("dim living room"));
        assertThat(captions)
                .noneMatch(c -> Pattern.compile("rug|bright|sunny|wooden|bedroom|left|right|360|panorama")
                        .matcher(c)
                        .find());
        // The walls are never given the sofa's colour, nor the sofa the walls'.
        assertThat(captions)
                .noneMatch(c -> Pattern.compile("(red|crimson|scarlet) walls?|blue (sofa|couch|settee)")
                        .matcher(c)
                        .find());
    }

    @Test
    void unknownFactsAreLeftOut() {
        var facts = new SceneFacts(
                Kind.ROOM, false, List.of(thing("armchair", "")), 0, new Indoors("", "white", "wooden", "green", ""));
        List<String> captions = many(facts);
        assertThat(colours(captions)).containsExactlyInAnyOrder("white", "green");
        assertThat(captions)
                .anyMatch(c -> c.contains("green rug"))
                .noneMatch(c -> c.matches(".*(bright|sunny|dim|living|kitchen).*"));
    }

    @Test
    void sidesAreRightWhicheverThingComesFirst() {
        var chair = thing("chair", "red");
        var dog = thing("dog", "");
        for (int side : new int[] {-1, 1}) {
            var facts = new SceneFacts(
                    Kind.ROOM2, false, List.of(chair, dog), side, new Indoors("", "white", "tiled", "", ""));
            String chairFirst = side < 0 ? "left" : "right";
            String dogFirst = side < 0 ? "right" : "left";
            List<String> captions = many(facts);
            assertThat(captions)
                    .anyMatch(c -> c.contains(" " + chairFirst + " of"))
                    .anyMatch(c -> c.contains(" " + dogFirst + " of"));
            assertThat(captions).allSatisfy(c -> {
                boolean startsWithDog = c.indexOf("dog") < Math.max(c.indexOf("chair"), c.indexOf("seat"));
                assertThat(c).doesNotContain((startsWithDog ? chairFirst : dogFirst) + " of");
            });
        }
        var unnamed =
                new SceneFacts(Kind.ROOM2, false, List.of(chair, dog), 0, new Indoors("", "white", "tiled", "", ""));
        assertThat(many(unnamed)).noneMatch(c -> c.matches(".*\\b(left|right)\\b.*"));
    }

    @Test
    void panoramasSaySo() {
        var inside = new SceneFacts(
                Kind.ROOM2,
                true,
                List.of(thing("bed", "blue"), thing("wardrobe", ""), thing("potted plant", "")),
                0,
                new Indoors("bedroom", "white", "wooden", "", ""));
        var outside = new SceneFacts(Kind.LANDSCAPE, true, List.of(), 0, valley());
        assertThat(many(inside)).allMatch(c -> c.matches(".*(360|panorama).*"));
        assertThat(many(outside))
                .allMatch(c -> c.matches(".*(360|panorama).*"))
                .anyMatch(c -> c.startsWith("360 view of a snowy valley"));
    }

    @Test
    void landscapesSayOnlyWhatIsThere() {
        List<String> captions = many(new SceneFacts(Kind.LANDSCAPE, false, List.of(), 0, valley()));
        assertThat(captions).anyMatch(c -> c.endsWith(" at sunset")).anyMatch(c -> c.contains("pine trees"));
        assertThat(captions).noneMatch(c -> c.matches(".*(360|river|palm|desert|night|misty|sunrise).*"));
        var bare = new SceneFacts(Kind.LANDSCAPE, false, List.of(), 0, valley().bare());
        assertThat(many(bare)).noneMatch(c -> c.contains("pine"));
        var car = new SceneFacts(Kind.OUTDOOR_OBJECT, false, List.of(thing("car", "green")), 0, valley());
        List<String> cars = many(car);
        assertThat(cars).allMatch(c -> c.matches(".*\\b(car|auto)\\b.*"));
        assertThat(colours(cars)).containsExactly("green");
    }

    private static Outdoors valley() {
        return new Outdoors(
                List.of("a snowy valley", "a valley in winter"),
                List.of("in the snow"),
                List.of("sunset", "dusk"),
                List.of("pine trees", "trees"),
                "sunset");
    }

    @Test
    void evaluationPromptsAreNotTrainingCaptions() {
        List<EvaluationPrompts.EvaluationPrompt> free = EvaluationPrompts.draw(200, 3, Set.of());
        assertThat(free).hasSize(200).doesNotHaveDuplicates().isEqualTo(EvaluationPrompts.draw(200, 3, Set.of()));
        var seen = new HashSet<String>();
        free.stream().limit(60).forEach(p -> seen.add(p.text()));
        List<EvaluationPrompts.EvaluationPrompt> held = EvaluationPrompts.draw(200, 3, seen);
        assertThat(held).hasSize(200).noneMatch(p -> seen.contains(p.text()));
        Set<String> labels = new HashSet<>();
        held.forEach(p -> labels.add(p.label()));
        assertThat(labels)
                .containsAll(ObjectClasses.all().stream().map(ObjectClass::name).toList());
        assertThat(labels).contains("desert", "snowy_lake", "beach");
        assertThat(held)
                .filteredOn(p -> p.subject() == EvaluationPrompts.Subject.LANDSCAPE)
                .hasSize(40);
        assertThat(held)
                .allSatisfy(p -> assertThat(p.text()).contains(p.colour()).doesNotContain("  "));
    }
}
