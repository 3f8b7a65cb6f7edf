package dev.suffice.bench.peers;

import dev.suffice.classify.Answer;
import dev.suffice.classify.ClassifyOptions;
import dev.suffice.classify.Precision;
import dev.suffice.classify.TextClassifier;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.store.ModelStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Classifies texts, one at a time.
 *
 * @param classifier the opened one
 * @param options policy and precision
 */
record ClassifyPeer(TextClassifier classifier, ClassifyOptions options) implements SufficePeer.Capability {
    static ClassifyPeer open(ModelStore store, JsonNode message) {
        var model = message.path("model").asString();
        var classifier = TextClassifier.open(
                store.folder(model),
                model,
                store.cache(),
                base -> Optional.of(store.folder(base)),
                Engines.named(message.path("engine").asString()),
                SessionOptions.defaults().withThreads(message.path("threads").intValue()));
        boolean early = message.path("mode").asString().equals("auto");
        return new ClassifyPeer(
                classifier,
                new ClassifyOptions(
                        early ? ExitPolicy.Auto.DEFAULT : new ExitPolicy.Never(),
                        true,
                        1,
                        early ? Optional.empty() : Optional.of(Precision.FLOAT32)));
    }

    @Override
    public ObjectNode run(JsonNode task) {
        var texts = task.path("texts").valueStream().map(JsonNode::asString).toList();
        var said = new ArrayList<Answer>();
        long started = System.nanoTime();
        for (var text : texts) {
            said.add(classifier.classify(text, options).answer());
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        List<String> labels = classifier.folder().card().labels();
        var answer = SufficePeer.ok().put("seconds", seconds);
        var numbers = answer.putArray("labels");
        said.forEach(one -> numbers.add(labels.indexOf(((Answer.Label) one).label())));
        return answer;
    }

    @Override
    public void close() {
        classifier.close();
    }
}
