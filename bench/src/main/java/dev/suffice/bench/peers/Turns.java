package dev.suffice.bench.peers;

import dev.suffice.bench.Pace;
import dev.suffice.core.Cancellation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lets contenders do the same work by turns: item after item, each time in another order, one at a time. Who fails is left out from then on, with the reason; measurements of a round that it did not end do not
 * count. Not thread-safe.
 */
final class Turns {
    private final Table table;
    private final List<Contender> contenders;
    private final Setting setting;
    private final Map<String, String> left = new LinkedHashMap<>();
    private final Map<String, JsonNode> versions = new LinkedHashMap<>();
    private final Map<String, String> notes = new LinkedHashMap<>();
    private final Map<String, Idle> idle = new LinkedHashMap<>();
    private final Map<String, PeerProcess> open = new LinkedHashMap<>();

    /**
     * What is measured.
     *
     * @param name of the table
     * @param warmUp other work, done first and not counted
     * @param warmUps how often: virtual machines compile what they have run some times
     * @param memory what stays of a model between rounds
     * @param reader makes a measurement of an answer
     */
    record Table(String name, List<Item> items, Item warmUp, int warmUps, Memory memory, Reader reader) {}

    /** What stays of a model between rounds. */
    enum Memory {
        /** Everything. */
        ALL,
        /** It is opened anew before each round, for some remember what they have written. */
        ROUND,
        /** It is so large that only one is to be in memory: a turn is a whole round, and everyone opens anew. */
        TURN
    }

    /** Makes a measurement of an answer. */
    @FunctionalInterface
    interface Reader {
        /** @throws PeerFailure if something is missing in the answer */
        Measurement read(Contender contender, Item item, int round, JsonNode answer);
    }

    /**
     * How.
     *
     * @param folder that the peers work in
     * @param timeout of an answer
     * @param progress where it is told how far it is
     */
    record Setting(Path folder, Duration timeout, Cancellation cancellation, PrintWriter progress) {}

    Turns(Table table, List<Contender> contenders, Setting setting) {
        this.table = table;
        this.contenders = contenders;
        this.setting = setting;
    }

    /** Who takes no part or left, and why. */
    Map<String, String> left() {
        return left;
    }

    /** What each said of itself. */
    Map<String, JsonNode> versions() {
        return versions;
    }

    /** What some said when they had opened their model. */
    Map<String, String> notes() {
        return notes;
    }

    /** How much of a processor each has used while others had their turns. */
    Map<String, Double> idle() {
        var shares = new LinkedHashMap<String, Double>();
        idle.forEach((name, one) -> shares.put(name, one.used / one.waited));
        return shares;
    }

    private static final class Idle {
        private double used;
        private double waited;

        void add(double seconds, double turn) {
            used += seconds;
            waited += turn;
        }
    }

    /**
     * Runs.
     *
     * @param from number of the first round
     * @param finished hears each round's measurements when it is complete
     * @throws dev.suffice.core.CancelledException if cancelled; finished rounds have been told
     */
    void run(int from, int rounds, Consumer<List<Measurement>> finished) {
        try {
            var present = new ArrayList<Contender>();
            for (var contender : contenders) {
                if (attempt(contender, () -> greet(contender, rounds > 0))) {
                    present.add(contender);
                }
            }
            if (table.memory() == Memory.TURN) {
                // Only who computes is there.
                present.forEach(contender -> end(contender.name()));
            }
            var pace = new Pace();
            for (int round = from; round < from + rounds; round++) {
                var measured = new ArrayList<Measurement>();
                if (table.memory() == Memory.TURN) {
                    heavy(present, round, rounds - (round - from), measured, pace);
                } else {
                    light(present, round, rounds - (round - from), measured, pace);
                }
                measured.removeIf(one -> left.containsKey(one.contender()));
                finished.accept(measured);
            }
            setting.progress().println();
        } finally {
            List.copyOf(open.keySet()).forEach(this::end);
        }
    }

    private void greet(Contender contender, boolean opens) {
        var process = PeerProcess.start(contender.name(), contender.program(), setting.folder());
        open.put(contender.name(), process);
        versions.put(
                contender.name(),
                ask(process, JsonMapper.shared().createObjectNode().put("op", "hello"))
                        .path("versions"));
        if (opens && table.memory() == Memory.ALL) {
            load(contender, process);
        }
    }

    /** Opens, and does the first piece of work once, so that nothing that is done only once counts. */
    private void load(Contender contender, PeerProcess process) {
        tell("%s: %s opens".formatted(table.name(), contender.name()));
        var answer = ask(process, contender.load().deepCopy().put("op", "load"));
        if (answer.has("note")) {
            notes.put(contender.name(), answer.path("note").asString(""));
        }
        for (int i = 0; i < table.warmUps(); i++) {
            table.reader().read(contender, table.warmUp(), -1, ask(process, task(contender, table.warmUp())));
        }
    }

    private static ObjectNode task(Contender contender, Item item) {
        var task = item.task().deepCopy();
        task.setAll(contender.task());
        return task.put("op", "run");
    }

    private JsonNode ask(PeerProcess process, ObjectNode message) {
        return process.ask(message, setting.timeout(), setting.cancellation());
    }

    private void light(List<Contender> present, int round, int roundsLeft, List<Measurement> measured, Pace pace) {
        if (table.memory() == Memory.ROUND) {
            for (var contender : present) {
                if (!left.containsKey(contender.name())) {
                    attempt(contender, () -> load(contender, process(contender)));
                }
            }
        }
        for (int i = 0; i < table.items().size(); i++) {
            var item = table.items().get(i);
            for (int k = 0; k < present.size(); k++) {
                var contender = present.get((k + i + round) % present.size());
                if (!left.containsKey(contender.name())) {
                    attempt(contender, () -> measured.add(measure(contender, item, round)));
                }
            }
            long items = (long) roundsLeft * table.items().size() - i - 1;
            tell("%s: round %d, item %d of %d, %.0f min left"
                    .formatted(table.name(), round + 1, i + 1, table.items().size(), pace.minutesLeft(items)));
        }
    }

    private void heavy(List<Contender> present, int round, int roundsLeft, List<Measurement> measured, Pace pace) {
        for (int k = 0; k < present.size(); k++) {
            var contender = present.get((k + round) % present.size());
            if (left.containsKey(contender.name())) {
                continue;
            }
            attempt(contender, () -> {
                var process = PeerProcess.start(contender.name(), contender.program(), setting.folder());
                open.put(contender.name(), process);
                load(contender, process);
                for (var item : table.items()) {
                    measured.add(measure(contender, item, round));
                }
            });
            end(contender.name());
            tell("%s: round %d, %s, %.0f min left"
                    .formatted(
                            table.name(),
                            round + 1,
                            contender.name(),
                            pace.minutesLeft((long) roundsLeft * present.size() - k - 1)));
        }
    }

    private Measurement measure(Contender contender, Item item, int round) {
        var process = process(contender);
        var before = new HashMap<String, Double>();
        open.forEach((name, other) -> before.put(name, other.processorSeconds()));
        long started = System.nanoTime();
        var answer = ask(process, task(contender, item));
        double took = (System.nanoTime() - started) / 1e9;
        open.forEach((name, other) -> {
            if (!name.equals(contender.name())) {
                idle.computeIfAbsent(name, _ -> new Idle())
                        .add(other.processorSeconds() - before.getOrDefault(name, 0.0), took);
            }
        });
        return table.reader().read(contender, item, round, answer);
    }

    private PeerProcess process(Contender contender) {
        var process = open.get(contender.name());
        if (process == null) {
            throw new IllegalStateException(contender.name() + " is not open");
        }
        return process;
    }

    private boolean attempt(Contender contender, Runnable work) {
        try {
            work.run();
            return true;
        } catch (PeerFailure e) {
            left.put(contender.name(), e.getMessage());
            setting.progress().println("\nleft out: " + e.getMessage());
            setting.progress().flush();
            end(contender.name());
            return false;
        }
    }

    private void end(String name) {
        var process = open.remove(name);
        if (process != null) {
            process.close();
        }
    }

    private void tell(String text) {
        setting.progress().printf(Locale.ROOT, "\r%-110s", text);
        setting.progress().flush();
    }
}
