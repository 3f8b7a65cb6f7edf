package dev.suffice.classify;

import dev.suffice.classify.exit.ExitTraces;
import dev.suffice.core.Cancellation;
import dev.suffice.core.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a classifier says of texts that it was not trained on, at every head and in every precision, so that promises can be kept. Immutable.
 *
 * @param traces by precision; what is lost is counted against what the classifier says in FLOAT32 at its end
 */
public record ClassifierCalibration(Map<Precision, ExitTraces> traces) {
    /** Texts that are enough to measure what int8 has to hold. */
    public static final int MEASURED = 256;

    /** Copies the map. */
    public ClassifierCalibration {
        traces = Collections.unmodifiableMap(new EnumMap<>(traces));
    }

    /**
     * Calibrates, and writes the results into the classifier's folder.
     *
     * @param classifier open; opened anew, it uses the results
     * @param texts that it was not trained on, and that are none of those measured; longer ones are cut off
     * @param truths as for {@link ExitTraces#of}
     * @param measured texts like those, to measure what int8 has to hold; {@value #MEASURED} are enough. Empty to keep what was measured before; without it there is no int8
     * @param progress hears how many texts are done, in several stages
     * @throws dev.suffice.core.InvalidRequestException if there are no texts
     * @throws dev.suffice.core.CancelledException if cancelled
     * @throws IOException if a file cannot be written
     */
    public static ClassifierCalibration run(
            TextClassifier classifier,
            List<TextInput> texts,
            List<float[]> truths,
            List<TextInput> measured,
            Progress progress,
            Cancellation cancellation)
            throws IOException {
        var folder = classifier.folder();
        if (!measured.isEmpty() && classifier.computes(Precision.INT8)) {
            var scales = classifier.inputScales(measured, progress, cancellation);
            // What was calibrated with others says nothing of these.
            Files.deleteIfExists(folder.folder().resolve(Precision.INT8.calibration()));
            scales.write(folder.folder());
        }
        var task = folder.card().task();
        double range = folder.card().range();
        var traces = new EnumMap<Precision, ExitTraces>(Precision.class);
        var outputs = classifier.outputs(texts, true, Precision.FLOAT32, progress, cancellation);
        var originals = outputs.stream().map(List::getLast).toList();
        traces.put(Precision.FLOAT32, ExitTraces.of(task, outputs, originals, truths, range));
        if (folder.canBeQuantised() && classifier.computes(Precision.INT8)) {
            var quantised = classifier.outputs(texts, true, Precision.INT8, progress, cancellation);
            traces.put(Precision.INT8, ExitTraces.of(task, quantised, originals, truths, range));
        }
        for (var one : traces.entrySet()) {
            one.getValue().write(folder.folder().resolve(one.getKey().calibration()));
        }
        return new ClassifierCalibration(traces);
    }
}
