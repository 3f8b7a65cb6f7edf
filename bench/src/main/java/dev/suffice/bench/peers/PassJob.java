package dev.suffice.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Passes of one token and of five, on each engine: what it costs to verify four drafted tokens. */
final class PassJob implements Job {
    static final String NAME = "passes";
    static final int VERIFIED = 5;

    private static final int WARM_UPS = 3;

    private final Turns.Table table;
    private final List<Contender> contenders;

    PassJob(List<Item> items, Item warmUp, List<Contender> contenders) {
        this.contenders = contenders;
        this.table = new Turns.Table(NAME, items, warmUp, WARM_UPS, Turns.Memory.ALL, PassJob::read);
    }

    static String mode(String engine, int tokens) {
        return "%s, passes of %d".formatted(engine, tokens);
    }

    private static String name(String engine, int tokens) {
        return Programs.SUFFICE + ", " + mode(engine, tokens);
    }

    private static Measurement read(Contender contender, Item item, int round, JsonNode answer) {
        return new Measurement(
                NAME,
                contender.name(),
                item.id(),
                round,
                AnswerFields.seconds(contender, answer, "seconds"),
                Math.max(1, answer.path("timed").intValue(1)),
                0,
                0,
                "");
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
                "### Verification: passes of %d tokens against one%n%n| | milliseconds a pass | times as long as one token on the same engine |%n|---|---|---|%n"
                        .formatted(VERIFIED));
        for (var engine : engines(measured)) {
            for (int tokens : new int[] {1, VERIFIED}) {
                text.append("| %s | %s | %s |%n"
                        .formatted(
                                name(engine, tokens),
                                Text.milliseconds(measured.seconds(name(engine, tokens), Measurement::seconds)),
                                Text.interval(
                                        measured.faster(name(engine, 1), name(engine, tokens), Measurement::seconds))));
            }
        }
        return text.toString();
    }

    private static List<String> engines(Comparison measured) {
        return List.of("onnxruntime", "openvino").stream()
                .filter(engine -> measured.contenders().contains(name(engine, 1)))
                .toList();
    }

    /** The better engine is the one whose single tokens come sooner. */
    @Override
    public List<Target> targets(Comparison measured) {
        var targets = new ArrayList<Target>();
        var singles = engines(measured).stream().map(engine -> name(engine, 1)).toList();
        measured.best(singles, Measurement::seconds).ifPresent(best -> {
            var five = best.substring(0, best.length() - 1) + VERIFIED;
            measured.faster(best, five, Measurement::seconds)
                    .ifPresent(ratio -> targets.add(new Target(
                            "text: a pass of %d tokens, times as long as one of one token, on the engine that is faster at one token (%s)"
                                    .formatted(VERIFIED, best.split(", ")[1]),
                            1.35,
                            true,
                            ratio)));
        });
        return targets;
    }

    @Override
    public Map<String, Double> bars(Comparison measured) {
        return Map.of();
    }
}
