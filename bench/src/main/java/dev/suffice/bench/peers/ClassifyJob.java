package dev.suffice.bench.peers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Texts classified one at a time. */
final class ClassifyJob implements Job {
    static final String NAME = "classify";
    static final String WHOLE = "suffice, all layers, float32";
    static final String OURS = "suffice, --exit auto";

    /** Texts of an item: so many that the clock's ticks and one long text do not matter. */
    private static final int TEXTS = 100;

    private static final int WARM_UPS = 4;

    private final String title;
    private final Turns.Table table;
    private final List<Contender> contenders;

    /** @param texts at least twice as many as an item has: the first are for warming up */
    ClassifyJob(String title, List<String> texts, int limit, List<Contender> contenders) {
        this.title = title;
        this.contenders = contenders;
        var items = new ArrayList<Item>();
        for (int from = TEXTS; from + TEXTS <= texts.size() && items.size() < limit; from += TEXTS) {
            items.add(item("texts %d to %d".formatted(from + 1, from + TEXTS), texts.subList(from, from + TEXTS)));
        }
        this.table = new Turns.Table(
                NAME, items, item("warm-up", texts.subList(0, TEXTS)), WARM_UPS, Turns.Memory.ALL, ClassifyJob::read);
    }

    private static Item item(String id, List<String> texts) {
        var task = JsonMapper.shared().createObjectNode();
        var list = task.putArray("texts");
        texts.forEach(list::add);
        return new Item(id, task);
    }

    private static Measurement read(Contender contender, Item item, int round, JsonNode answer) {
        var labels = AnswerFields.numbers(contender, answer, "labels");
        int texts = item.task().path("texts").size();
        if (answer.path("labels").size() != texts) {
            throw new PeerFailure("%s: classified %d texts instead of %d"
                    .formatted(contender.name(), answer.path("labels").size(), texts));
        }
        return new Measurement(
                NAME,
                contender.name(),
                item.id(),
                round,
                AnswerFields.seconds(contender, answer, "seconds"),
                texts,
                0,
                0,
                labels);
    }

    @Override
    public Turns.Table table() {
        return table;
    }

    @Override
    public List<Contender> contenders() {
        return contenders;
    }

    @Override
    public String show(Comparison measured) {
        var text = new StringBuilder(
                "### %s%n%n| | milliseconds a text | all our layers, times as fast | with exits, times as fast | labels equal to all our layers |%n|---|---|---|---|---|%n"
                        .formatted(title));
        for (var name : measured.contenders()) {
            var same = same(measured, name);
            text.append("| %s | %s | %s | %s | %s |%n"
                    .formatted(
                            name,
                            Text.milliseconds(measured.seconds(name, Measurement::seconds)),
                            Text.interval(measured.faster(WHOLE, name, Measurement::seconds)),
                            Text.interval(measured.faster(OURS, name, Measurement::seconds)),
                            "%d of %d".formatted(same[0], same[1])));
        }
        return text.toString();
    }

    /** Labels in the first round that are those of all our layers, and how many there are. */
    private static int[] same(Comparison measured, String name) {
        var ours = new LinkedHashMap<String, String[]>();
        measured.of(WHOLE)
                .forEach(one -> ours.putIfAbsent(one.item(), one.output().split(" ")));
        var seen = new LinkedHashMap<String, String[]>();
        measured.of(name)
                .forEach(one -> seen.putIfAbsent(one.item(), one.output().split(" ")));
        var counts = new int[2];
        seen.forEach((item, labels) -> {
            var others = ours.get(item);
            if (others != null && others.length == labels.length) {
                counts[0] += (int) IntStream.range(0, labels.length)
                        .filter(i -> labels[i].equals(others[i]))
                        .count();
                counts[1] += labels.length;
            }
        });
        return counts;
    }

    @Override
    public List<Target> targets(Comparison measured) {
        return List.of();
    }

    @Override
    public Map<String, Double> bars(Comparison measured) {
        return measured.timesAsLong(WHOLE);
    }
}
