package dev.suffice.bench.peers;

import dev.suffice.core.Cancellation;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.Drafters;
import dev.suffice.language.GenerationRequest;
import dev.suffice.language.Generator;
import dev.suffice.language.HeadSearch;
import dev.suffice.language.LanguageModel;
import dev.suffice.language.speculate.SpeculationPolicies;
import dev.suffice.models.store.ModelStore;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes answers, greedily. Earlier answers and measured costs are known until it is opened anew.
 *
 * @param model the opened one
 * @param generator with its drafters
 */
record TextPeer(LanguageModel model, Generator generator) implements SufficePeer.Capability {
    static TextPeer open(ModelStore store, JsonNode message) {
        var model = model(store, message);
        return new TextPeer(
                model,
                new Generator(
                        "peer",
                        model.session(),
                        Drafters.all(model.session()),
                        SpeculationPolicies.parse(message.path("mode").asString())));
    }

    /** The model with its draft head, if there is one. */
    static LanguageModel model(ModelStore store, JsonNode message) {
        var heads = Path.of(System.getProperty("suffice.home", "."), "drafters");
        return LanguageModel.open(
                store.find(message.path("model").asString()).path(),
                "peer",
                store.cache(),
                Optional.of(HeadSearch.draft(heads)),
                OptionalInt.empty(),
                Engines.named(message.path("engine").asString()),
                SessionOptions.defaults().withThreads(message.path("threads").intValue()));
    }

    @Override
    public ObjectNode run(JsonNode task) {
        var ends = new HashSet<Integer>();
        task.path("ends").forEach(end -> ends.add(end.intValue()));
        var request =
                GenerationRequest.greedy(ids(task), task.path("max_tokens").intValue(), ends);
        try (var text = model.session().text()) {
            var generation = generator.generate(text, request, new Cancellation(), (_, _) -> true);
            var answer = SufficePeer.ok()
                    .put("first_seconds", generation.report().firstToken().toNanos() / 1e9)
                    .put("seconds", generation.report().rest().toNanos() / 1e9);
            var tokens = answer.putArray("tokens");
            for (int token : generation.tokens()) {
                tokens.add(token);
            }
            return answer;
        }
    }

    static int[] ids(JsonNode task) {
        return task.path("ids").valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    @Override
    public void close() {
        model.close();
    }
}
