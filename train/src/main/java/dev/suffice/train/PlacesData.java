package dev.suffice.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The folder of rendered tuples. Shards that appear while training runs are taken in by {@link #refresh}; shards numbered
 * {@value #FIRST_HELD_OUT} and up are held out for validation.
 */
final class PlacesData implements AutoCloseable {
    /** The first held-out shard. */
    static final int FIRST_HELD_OUT = 900;

    private final Path folder;
    private final List<TupleShard> training = new ArrayList<>();
    private final List<TupleShard> heldOut = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    PlacesData(Path folder) {
        this.folder = folder;
    }

    /** Opens shards not seen before, in the order of their numbers, at most so many training shards in total. */
    void refresh(int mostTraining) throws IOException {
        List<Path> found;
        try (var files = Files.list(folder)) {
            found = files.filter(f -> f.getFileName().toString().matches("shard-\\d+\\.jsonl"))
                    .sorted()
                    .toList();
        }
        for (Path file : found) {
            String name = file.getFileName().toString();
            boolean held = number(name) >= FIRST_HELD_OUT;
            if ((held || training.size() < mostTraining) && known.add(name)) {
                (held ? heldOut : training).add(TupleShard.open(file));
            }
        }
    }

    /** Opens exactly these training shards in this order (what a checkpoint has seen), and all held-out ones. */
    void restore(List<String> names) throws IOException {
        for (String name : names) {
            if (known.add(name + ".jsonl")) {
                training.add(TupleShard.open(folder.resolve(name + ".jsonl")));
            }
        }
        refresh(training.size());
    }

    private static int number(String name) {
        return Integer.parseInt(name.replaceAll("\\D", ""));
    }

    /** Training shards, in the order they were taken in. */
    List<TupleShard> training() {
        return training;
    }

    /** Held-out shards; before the renderer has made them, the last training shard. */
    List<TupleShard> heldOut() {
        return heldOut.isEmpty() && !training.isEmpty() ? List.of(training.getLast()) : heldOut;
    }

    @Override
    public void close() {
        training.forEach(TupleShard::close);
        heldOut.forEach(TupleShard::close);
    }
}
