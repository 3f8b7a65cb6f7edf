package dev.suffice.bench.exits;

import dev.suffice.bench.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Settings timed in turns on the same texts, so that each round has a time of every one.
 *
 * @param seconds of each round, by name
 * @param texts of a round
 */
record Timed(Map<String, List<Double>> seconds, int texts) {
    /** What is timed. */
    interface Work {
        void run();
    }

    static Timed of(Map<String, Work> settings, int texts, int rounds) {
        var seconds = new LinkedHashMap<String, List<Double>>();
        for (int round = -1; round < rounds; round++) {
            for (var setting : settings.entrySet()) {
                long start = System.nanoTime();
                setting.getValue().run();
                double took = (System.nanoTime() - start) / 1e9;
                if (round >= 0) { // the first warms up
                    seconds.computeIfAbsent(setting.getKey(), _ -> new ArrayList<>())
                            .add(took);
                }
            }
        }
        return new Timed(seconds, texts);
    }

    /** Milliseconds of a text. */
    Spread milliseconds(String name) {
        return Spread.of(times(name).stream().map(time -> 1000 * time / texts).toList());
    }

    /** How many times as fast as another, round by round. */
    Spread speedUp(String name, String reference) {
        var own = times(name);
        var other = times(reference);
        return Spread.of(IntStream.range(0, own.size())
                .mapToObj(round -> other.get(round) / own.get(round))
                .toList());
    }

    private List<Double> times(String name) {
        return seconds.getOrDefault(name, List.of());
    }
}
