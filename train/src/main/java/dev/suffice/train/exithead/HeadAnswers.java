package dev.suffice.train.exithead;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.language.Logits;
import dev.suffice.language.speculate.DraftScores;
import dev.suffice.models.decoder.Decoder;
import dev.suffice.models.decoder.ExitCalibration;
import dev.suffice.models.decoder.ExitHead;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/** Asks a finished head, as the engine runs it, of places. */
final class HeadAnswers {
    private static final int AT_ONCE = 64;

    private HeadAnswers() {}

    /** How sure it is at every place, and whether it agrees with the model. */
    static ExitCalibration of(ExitHead head, ModelView model, Places places) {
        int count = places.count();
        var words = head.words();
        var confidences = new float[count];
        var agrees = new boolean[count];
        var scores = new float[words.length];
        // The states are turned as the head wants them, whatever those of the decoder are.
        try (var session = model.engine().open(head.turnedNetwork().graph(), model.options())) {
            for (int from = 0; from < count; from += AT_ONCE) {
                int rows = Math.min(AT_ONCE, count - from);
                try (var states = states(places, from, rows);
                        var logits = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, rows, words.length))) {
                    session.run(Map.of(Decoder.state(head.after() - 1), states), Map.of(ExitHead.LOGITS, logits));
                    for (int i = 0; i < rows; i++) {
                        long at = (long) i * words.length * Float.BYTES;
                        MemorySegment.copy(logits.data(), ValueLayout.JAVA_FLOAT, at, scores, 0, scores.length);
                        int best = Logits.argMax(scores);
                        confidences[from + i] = (float) Math.min(1, new DraftScores(scores).probability(best));
                        agrees[from + i] = words[best] == places.token(from + i, 0);
                    }
                }
            }
        }
        return new ExitCalibration(model.fingerprint(), confidences, agrees, places.ends());
    }

    private static Tensor states(Places places, int from, int rows) {
        var values = new float[rows * places.hidden()];
        for (int i = 0; i < rows; i++) {
            places.state(from + i, values, i * places.hidden());
        }
        return Tensor.of(values, Shape.of(1, rows, places.hidden()));
    }
}
