package dev.suffice.bench.exits;

import dev.suffice.classify.Classification;
import dev.suffice.classify.ClassifyOptions;
import dev.suffice.classify.TextClassifier;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.core.Cancellation;
import java.util.ArrayList;
import java.util.List;

/**
 * A way to classify texts that is timed beside others.
 *
 * @param name in the table
 * @param classifier that does it
 * @param policy when texts leave
 */
record Setting(String name, TextClassifier classifier, ExitPolicy policy) {
    /** Texts as they come, a batch after the other; longer ones are cut off. */
    List<Classification> classify(List<String> texts, int batch) {
        var options = new ClassifyOptions(policy, true, batch);
        var answers = new ArrayList<Classification>();
        for (int from = 0; from < texts.size(); from += batch) {
            var some = texts.subList(from, Math.min(texts.size(), from + batch));
            answers.addAll(classifier.classify(some, options, new Cancellation()));
        }
        return answers;
    }
}
