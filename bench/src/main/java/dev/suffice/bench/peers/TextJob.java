package dev.suffice.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;

/** Answers to questions, greedily: seconds for a token after the first, seconds of the whole answer for a token, and whether texts are the same. */
final class TextJob implements Job {
    static final String NAME = "text";
    static final String PLAIN = "plain";
    static final String OURS = "suffice, auto";
    static final String OURS_PLAIN = "suffice, plain";

    private static final int WARM_UPS = 2;

    private final String title;
    private final Turns.Table table;
    private final List<Contender> contenders;

    TextJob(String title, List<Item> items, Item warmUp, List<Contender> contenders) {
        this.title = title;
        this.contenders = contenders;
        this.table = new Turns.Table(NAME, items, warmUp, WARM_UPS, Turns.Memory.ROUND, TextJob::read);
    }

    private static Measurement read(Contender contender, Item item, int round, JsonNode answer) {
        var tokens = AnswerFields.numbers(contender, answer, "tokens");
        int count = answer.path("tokens").size();
        return new Measurement(
                NAME,
                contender.name(),
                item.id(),
                round,
                AnswerFields.seconds(contender, answer, "seconds"),
                Math.clamp(answer.path("timed").intValue(count - 1), 0, count),
                AnswerFields.seconds(contender, answer, "first_seconds"),
                0,
                tokens);
    }

    @Override
    public Turns.Table table() {
        return table;
    }

    @Override
    public List<Contender> contenders() {
        return contenders;
    }

    /** The same program without drafts; empty if that does not take part. */
    private static Optional<String> plain(String name, Comparison measured) {
        var plain = name.substring(0, Math.max(0, name.indexOf(", "))) + ", " + PLAIN;
        return measured.contenders().contains(plain) ? Optional.of(plain) : Optional.empty();
    }

    @Override
    public String show(Comparison measured) {
        var text = new StringBuilder("""
                ### %s

                | | tokens a second after the first | ours, times as fast | ours, whole answers | answers equal to its own plain ones | equal to our plain ones | the same up to, mean | answers |
                |---|---|---|---|---|---|---|---|
                """.formatted(title));
        for (var name : measured.contenders()) {
            var own = plain(name, measured).map(plain -> measured.agreement(name, plain));
            var ours = measured.agreement(name, OURS_PLAIN);
            text.append("| %s | %s | %s | %s | %s | %s | %s | %d |%n"
                    .formatted(
                            name,
                            number("%.1f", 1 / measured.mean(name, Measurement::seconds)),
                            Text.interval(measured.faster(OURS, name, Measurement::seconds)),
                            Text.interval(measured.faster(OURS, name, Measurement::whole)),
                            own.map(TextJob::equal).orElse(""),
                            equal(ours),
                            ours.compared() == 0 ? "" : number("%.0f%%", 100 * ours.common()),
                            measured.of(name).size()));
        }
        return text.toString();
    }

    private static String equal(Comparison.Agreement agreement) {
        return agreement.compared() == 0 ? "" : "%d of %d".formatted(agreement.equal(), agreement.compared());
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    @Override
    public List<Target> targets(Comparison measured) {
        var targets = new ArrayList<Target>();
        ToDoubleFunction<Measurement> time = Measurement::seconds;
        measured.faster(OURS, OURS_PLAIN, time)
                .ifPresent(ratio -> targets.add(
                        new Target("text: auto speculation, times as fast as our plain", 1.6, false, ratio)));
        for (var peer : List.of(
                "llama.cpp", "openvino-genai", Programs.GENAI_FOLDER, "transformers", "java-llama.cpp", "jlama")) {
            var modes = contenders.stream()
                    .map(Contender::name)
                    .filter(name -> name.startsWith(peer + ", "))
                    .toList();
            measured.best(modes, time)
                    .ifPresent(best -> measured.faster(OURS, best, time)
                            .ifPresent(ratio -> targets.add(new Target(
                                    "text: auto speculation, times as fast as the best mode of %s (%s)"
                                            .formatted(peer, best.substring(peer.length() + 2)),
                                    1.8,
                                    false,
                                    ratio))));
        }
        return targets;
    }

    @Override
    public Map<String, Double> bars(Comparison measured) {
        return measured.timesAsLong(OURS);
    }
}
