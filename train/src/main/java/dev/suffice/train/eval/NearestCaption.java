package dev.suffice.train.eval;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The baseline that only remembers: the training picture whose caption is most like the prompt, by the cosine of their words weighted
 * with the logarithm of their rarity (tf-idf, Sparck Jones 1972).
 */
final class NearestCaption {
    private final List<Rendering> scenes;
    private final Map<String, Double> rarity = new HashMap<>();

    NearestCaption(List<Rendering> scenes) {
        this.scenes = scenes;
        int captions = 0;
        for (Rendering scene : scenes) {
            for (String caption : scene.captions()) {
                captions++;
                words(caption).forEach(w -> rarity.merge(w, 1.0, Double::sum));
            }
        }
        double count = captions;
        rarity.replaceAll((word, times) -> Math.log(1 + count / times));
    }

    /** The scene with the most similar caption; the first of equals. */
    Rendering find(String prompt) {
        Set<String> asked = words(prompt);
        Rendering best = scenes.getFirst();
        double highest = -1;
        for (Rendering scene : scenes) {
            for (String caption : scene.captions()) {
                double similarity = cosine(asked, words(caption));
                if (similarity > highest) {
                    highest = similarity;
                    best = scene;
                }
            }
        }
        return best;
    }

    private double cosine(Set<String> a, Set<String> b) {
        double common = 0;
        for (String word : a) {
            common += b.contains(word) ? square(word) : 0;
        }
        double lengths = a.stream().mapToDouble(this::square).sum()
                * b.stream().mapToDouble(this::square).sum();
        return lengths == 0 ? 0 : common / Math.sqrt(lengths);
    }

    private double square(String word) {
        double weight = rarity.getOrDefault(word, 0.0);
        return weight * weight;
    }

    private static Set<String> words(String text) {
        var words = new HashSet<>(List.of(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")));
        words.remove("");
        return words;
    }
}
