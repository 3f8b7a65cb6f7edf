package dev.suffice.train.eval;

import java.util.List;
import java.util.stream.Stream;

/**
 * The answers a classifier knows.
 *
 * @param labels object classes and landscape types, sorted
 * @param colours colour words, sorted
 */
record Labels(List<String> labels, List<String> colours) {
    /** Every label and colour of some scenes. */
    static Labels of(List<Rendering> scenes) {
        return new Labels(
                sorted(scenes.stream().map(Rendering::label)),
                sorted(scenes.stream().map(Rendering::colour)));
    }

    private static List<String> sorted(Stream<String> words) {
        return words.filter(w -> !w.isEmpty()).distinct().sorted().toList();
    }
}
