package dev.suffice.models.folder;

import dev.suffice.models.gguf.GgufFile;
import dev.suffice.models.gguf.GgufTensor;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the metadata and the tensor directory of a GGUF file say; no tensor is read. */
final class GgufFacts {
    private GgufFacts() {}

    /**
     * A summary of a file.
     *
     * @throws dev.suffice.models.ModelException if it is not a GGUF file, or damaged
     */
    static ModelSummary read(Path path) {
        var file = GgufFile.read(path);
        var metadata = file.metadata();
        var architecture = metadata.findText("general.architecture").orElse("unknown");
        long parameters = file.tensors().values().stream()
                .mapToLong(tensor -> tensor.shape().elements())
                .sum();
        long context = metadata.findWhole(architecture + ".context_length").orElse(0L);
        return new ModelSummary(
                path,
                "GGUF",
                architecture,
                parameters,
                file.tensors().values().stream().mapToLong(GgufTensor::length).sum(),
                types(file),
                context > 0 && context <= Integer.MAX_VALUE ? (int) context : 0,
                metadata.findText("general.license").orElse(""),
                "",
                List.of());
    }

    /** Types of the tensors, those with most bytes first. */
    private static String types(GgufFile file) {
        var bytes = new TreeMap<String, Long>();
        file.tensors().values().forEach(tensor -> bytes.merge(tensor.type().name(), tensor.length(), Long::sum));
        return bytes.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
    }
}
