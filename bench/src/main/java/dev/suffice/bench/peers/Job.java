package dev.suffice.bench.peers;

import java.util.List;
import java.util.Map;

/** What is measured and shown as one table. */
interface Job {
    /** What everyone does, and how it is read. */
    Turns.Table table();

    /** Who could take part. */
    List<Contender> contenders();

    /** Adds to a round's measurements what only all of them together tell. */
    default List<Measurement> complete(List<Measurement> round) {
        return round;
    }

    /** The table in Markdown, its title in front. */
    String show(Comparison measured);

    /** Aims that can be judged by what was measured. */
    List<Target> targets(Comparison measured);

    /** Bars of the plot: names, and how many times as long as ours each took. */
    Map<String, Double> bars(Comparison measured);
}
