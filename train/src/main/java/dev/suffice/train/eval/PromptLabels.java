package dev.suffice.train.eval;

import dev.suffice.train.scene.LandscapeType;
import dev.suffice.train.scene.ObjectClass;
import dev.suffice.train.scene.ObjectClasses;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What a classifier may call a picture of a prompt: the objects that the prompt names, or, where it names none, its kinds of landscape. */
public final class PromptLabels {
    private static final Map<Pattern, String> OBJECTS = objects();
    private static final Map<Pattern, List<LandscapeType>> LANDSCAPES = landscapes();

    private PromptLabels() {}

    private static Map<Pattern, String> objects() {
        var words = new LinkedHashMap<String, String>();
        for (ObjectClass type : ObjectClasses.all()) {
            type.words().forEach(word -> words.put(word, type.name()));
            type.models().forEach(model -> {
                if (!model.word().isEmpty()) {
                    words.put(model.word(), type.name());
                }
            });
        }
        var patterns = new LinkedHashMap<Pattern, String>();
        // The longest first: a rocking horse is no horse.
        words.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()))
                .forEach(word -> patterns.put(whole(word), words.getOrDefault(word, "")));
        return patterns;
    }

    private static Map<Pattern, List<LandscapeType>> landscapes() {
        var patterns = new LinkedHashMap<Pattern, List<LandscapeType>>();
        patterns.put(Pattern.compile("\\b(hills|hilly|meadow|grass|field)\\b"), List.of(LandscapeType.HILLS));
        patterns.put(Pattern.compile("\\bmountains?\\b"), List.of(LandscapeType.MOUNTAINS));
        patterns.put(
                Pattern.compile("\\bsnow(y)?\\b"),
                List.of(LandscapeType.SNOW, LandscapeType.SNOWY_LAKE, LandscapeType.MOUNTAINS));
        patterns.put(Pattern.compile("\\b(desert|dunes)\\b"), List.of(LandscapeType.DESERT));
        patterns.put(Pattern.compile("\\blake\\b"), List.of(LandscapeType.LAKE, LandscapeType.SNOWY_LAKE));
        patterns.put(Pattern.compile("\\b(valley|river)\\b"), List.of(LandscapeType.VALLEY));
        patterns.put(Pattern.compile("\\b(beach|sea|coast|shore)\\b"), List.of(LandscapeType.BEACH));
        patterns.put(Pattern.compile("\\b(canyon|red rocks)\\b"), List.of(LandscapeType.CANYON));
        patterns.put(Pattern.compile("\\b(forest|woods?)\\b"), List.of(LandscapeType.FOREST));
        return patterns;
    }

    private static Pattern whole(String word) {
        return Pattern.compile("\\b" + Pattern.quote(word) + "\\b");
    }

    /** The answers that are right; none where the prompt names nothing that the classifier knows. */
    public static Set<String> of(String prompt) {
        var labels = new LinkedHashSet<String>();
        String rest = prompt.toLowerCase(Locale.ROOT);
        for (var entry : OBJECTS.entrySet()) {
            var matcher = entry.getKey().matcher(rest);
            if (matcher.find()) {
                labels.add(entry.getValue());
                rest = matcher.replaceAll(" ");
            }
        }
        if (labels.isEmpty()) {
            for (var entry : LANDSCAPES.entrySet()) {
                if (entry.getKey().matcher(rest).find()) {
                    entry.getValue().forEach(type -> labels.add(type.name().toLowerCase(Locale.ROOT)));
                }
            }
        }
        return labels;
    }
}
