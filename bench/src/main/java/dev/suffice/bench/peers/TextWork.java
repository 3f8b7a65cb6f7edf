package dev.suffice.bench.peers;

import dev.suffice.bench.speculation.Question;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.LanguageModel;
import dev.suffice.language.chat.ChatMessage;
import dev.suffice.models.store.ModelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** Which tables of text there are, and who takes part in each. */
final class TextWork {
    private static final String REMEDY = "bench/peers/make_peer_models.py writes it (--models DIR)";
    private static final List<String> LLAMA_MODES =
            List.of(TextJob.PLAIN, "ngram-simple", "ngram-map-k", "ngram-mod", "ngram-cache");

    /** Where passes are timed: behind as many tokens, or the whole prompt where it is shorter. */
    private static final int CONTEXT = 256;

    private final Programs programs;
    private final Set<String> wanted;
    private final Path models;
    private final Map<String, String> absent;
    private final Predicate<String> present;

    /**
     * @param models what {@code make_peer_models.py} has written
     * @param absent where it is told who does not take part, and why
     */
    TextWork(Programs programs, Set<String> wanted, Path models, Map<String, String> absent) {
        this.programs = programs;
        this.wanted = wanted;
        this.models = models;
        this.absent = absent;
        this.present = engine ->
                Engines.available().stream().anyMatch(one -> one.name().equals(engine));
    }

    /** Answers to questions; a short one besides, to warm up. */
    List<Job> jobs(ModelStore store, String model, List<Question> questions, int maxTokens) {
        var file = store.find(model).path();
        var items = new ArrayList<Item>();
        Item warmUp;
        try (var opened = LanguageModel.open(
                file,
                model,
                store.cache(),
                OptionalInt.empty(),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults().withThreads(programs.threads()))) {
            for (var question : questions) {
                items.add(item(opened, "%s %d".formatted(question.group(), question.id()), question.text(), maxTokens));
            }
            warmUp = item(opened, "warm-up", "Name three rivers, and say of each where it is.", maxTokens);
        }
        var title = "%s, answers of up to %d tokens, greedy".formatted(model, maxTokens);
        return List.of(
                new TextJob(title, items, warmUp, contenders(file)),
                new PassJob(passes(items), passes(List.of(items.getFirst())).getFirst(), passContenders(file)));
    }

    private static Item item(LanguageModel model, String id, String question, int maxTokens) {
        var conversation = List.of(ChatMessage.user(question));
        var task = JsonMapper.shared().createObjectNode().put("max_tokens", maxTokens);
        model.template().ifPresent(template -> task.put("text", template.render(conversation, true, Map.of())));
        var ids = task.putArray("ids");
        Arrays.stream(model.prompt(conversation)).forEach(ids::add);
        var ends = task.putArray("ends");
        model.ends().stream().sorted().forEach(ends::add);
        return new Item(id, task);
    }

    /** Of some questions, evenly spread: what passes cost hardly depends on the text. */
    private static List<Item> passes(List<Item> items) {
        int step = Math.max(1, items.size() / 8);
        return Stream.iterate(0, i -> i < items.size(), i -> i + step)
                .map(items::get)
                .map(item -> {
                    var task = JsonMapper.shared().createObjectNode();
                    var ids = task.putArray("ids");
                    item.task().path("ids").valueStream().limit(CONTEXT).forEach(ids::add);
                    return new Item(item.id(), task);
                })
                .toList();
    }

    private List<Contender> contenders(Path file) {
        var lineup = new Lineup(programs, wanted, "text", absent);
        for (var peer : List.of(Programs.SUFFICE, Programs.SUFFICE_OPENVINO)) {
            var engine = peer.equals(Programs.SUFFICE) ? Engines.DEFAULT : "openvino";
            if (present.test(engine)) {
                for (var mode : List.of(TextJob.PLAIN, "auto")) {
                    lineup.add(
                            peer,
                            mode,
                            file,
                            "",
                            load -> load.put("engine", engine).put("mode", mode.equals(TextJob.PLAIN) ? "none" : mode));
                }
            }
        }
        LLAMA_MODES.forEach(mode -> lineup.add("llama.cpp", mode, file, "", load -> load.put("mode", mode)));
        for (var mode : List.of(TextJob.PLAIN, "lookup")) {
            lineup.add("openvino-genai", mode, file, "", load -> load.put("mode", mode));
            lineup.add(
                    Programs.GENAI_FOLDER,
                    mode,
                    models.resolve("smollm2-openvino"),
                    REMEDY,
                    load -> load.put("mode", mode));
            lineup.add("transformers", mode, models.resolve("smollm2"), REMEDY, load -> load.put("mode", mode));
        }
        lineup.add("java-llama.cpp", TextJob.PLAIN, file, "", load -> load.put("mode", TextJob.PLAIN));
        lineup.add("jlama", TextJob.PLAIN, models.resolve("smollm2"), REMEDY, load -> load.put("mode", TextJob.PLAIN));
        return lineup.contenders();
    }

    private List<Contender> passContenders(Path file) {
        var lineup = new Lineup(programs, wanted, "passes", absent);
        for (var engine : List.of("onnxruntime", "openvino")) {
            if (present.test(engine)) {
                for (int tokens : new int[] {1, PassJob.VERIFIED}) {
                    lineup.add(
                            Programs.SUFFICE,
                            PassJob.mode(engine, tokens),
                            file,
                            "",
                            load -> load.put("engine", engine).put("tokens", tokens));
                }
            }
        }
        return lineup.contenders();
    }
}
