package dev.suffice.bench.peers;

import dev.suffice.language.LanguageModel;
import dev.suffice.models.store.ModelStore;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Times passes of some tokens behind a text, as a draft of one token less is verified: with the scores of each.
 *
 * @param model the opened one
 * @param tokens of a pass
 */
record PassPeer(LanguageModel model, int tokens) implements SufficePeer.Capability {
    private static final int PASSES = 20;

    static PassPeer open(ModelStore store, JsonNode message) {
        return new PassPeer(
                TextPeer.model(store, message), message.path("tokens").intValue());
    }

    @Override
    public ObjectNode run(JsonNode task) {
        var ids = TextPeer.ids(task);
        var before = Arrays.copyOf(ids, ids.length - tokens);
        var pass = Arrays.copyOfRange(ids, ids.length - tokens, ids.length);
        try (var text = model.session().text()) {
            text.read(before, 1);
            text.read(pass, tokens); // wakes the threads
            long spent = 0;
            for (int i = 0; i < PASSES; i++) {
                text.cut(before.length);
                long started = System.nanoTime();
                text.read(pass, tokens);
                spent += System.nanoTime() - started;
            }
            return SufficePeer.ok().put("seconds", spent / 1e9).put("timed", PASSES);
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
