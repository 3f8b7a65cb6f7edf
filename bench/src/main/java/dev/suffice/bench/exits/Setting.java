package dev.suffice.bench.exits;

import dev.suffice.classify.Classification;
import dev.suffice.classify.ClassifyOptions;
import dev.suffice.classify.Precision;
import dev.suffice.classify.TextClassifier;
import dev.suffice.classify.TextInput;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.core.Cancellation;
import dev.suffice.core.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A way to classify texts that is timed beside others.
 *
 * @param name in the table
 * @param classifier that does it
 * @param policy when texts leave
 * @param precision what is computed with
 */
record Setting(String name, TextClassifier classifier, ExitPolicy policy, Precision precision) {
    /** Texts as they come, a batch after the other; longer ones are cut off. */
    List<Classification> classify(List<TextInput> texts, int batch) {
        var options = new ClassifyOptions(policy, true, batch, Optional.of(precision));
        var answers = new ArrayList<Classification>();
        for (int from = 0; from < texts.size(); from += batch) {
            var some = texts.subList(from, Math.min(texts.size(), from + batch));
            answers.addAll(classifier.classify(some, options, Progress.silent(), new Cancellation()));
        }
        return answers;
    }
}
