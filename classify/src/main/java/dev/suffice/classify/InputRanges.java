package dev.suffice.classify;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.Progress;
import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import dev.suffice.models.ModelException;
import dev.suffice.models.family.BertEncoder;
import dev.suffice.models.family.InputScales;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.quantise.InputHistogram;
import dev.suffice.models.quantise.InputScale;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Measures what the matrices of an encoder are multiplied with. */
final class InputRanges {
    private InputRanges() {}

    /** One text at a time, so that no padding counts. */
    static InputScales measure(
            BertEncoder encoder,
            List<EncodedText> texts,
            Engine engine,
            SessionOptions options,
            Progress progress,
            Cancellation cancellation) {
        if (texts.isEmpty()) {
            throw new InvalidRequestException("no texts: some are needed to measure what int8 has to hold");
        }
        var names = encoder.inputNames();
        var histograms = new LinkedHashMap<String, InputHistogram>();
        names.keySet().forEach(path -> histograms.put(path, new InputHistogram()));
        var network = encoder.inputs(OperatorSet.of(engine.name()));
        try (var session = engine.open(network.segment(Network.START, Network.END), options)) {
            for (int i = 0; i < texts.size(); i++) {
                cancellation.check();
                var text = texts.get(i);
                try (var arena = Arena.ofConfined()) {
                    var inputs = session.inputs().stream()
                            .collect(Collectors.toMap(
                                    TensorSpec::name,
                                    spec -> EncoderInputs.tensor(
                                            spec, List.of(text), text.tokens(), encoder.sizes(), arena)));
                    var made = session.run(inputs, List.copyOf(names.values()));
                    for (var entry : histograms.entrySet()) {
                        var output = names.get(entry.getKey());
                        add(Objects.requireNonNull(made.get(output)), entry.getKey(), entry.getValue(), encoder);
                    }
                    made.values().forEach(Tensor::close);
                }
                progress.at("measure", i + 1L, texts.size());
            }
        }
        var scales = new LinkedHashMap<String, InputScale>();
        histograms.forEach((path, histogram) -> scales.put(path, histogram.best()));
        return new InputScales(scales);
    }

    private static void add(Tensor input, String path, InputHistogram histogram, BertEncoder encoder) {
        var values = input.toFloatArray();
        try {
            histogram.add(values, 0, values.length);
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    "%s: the input of %s: %s; the weights are damaged"
                            .formatted(encoder.weights().folder(), path, e.getMessage()),
                    e);
        }
    }
}
