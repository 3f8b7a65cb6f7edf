package dev.suffice.models.decoder;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.NewFolder;
import dev.suffice.models.gguf.GgufFile;
import dev.suffice.models.gguf.GgufImport;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.quantise.BlockQuantiser;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes of a language model a folder whose matrices have 4 or 8 bits, which {@link Decoders} opens like any other. Vectors stay as they are, and so do tokenizer and chat
 * template. Rows pass one by one: no matrix has to fit into the heap.
 */
public final class DecoderQuantiser {
    /** What belongs to a model beside configuration and weights. */
    private static final List<String> COPIED = List.of(
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "tokenizer.model",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "chat_template.jinja",
            "chat_template.json",
            "LICENSE",
            "LICENSE.txt",
            "LICENSE.md",
            "NOTICE",
            "USE_POLICY.md");

    private final Path source;
    private final BlockFormat format;
    private final Cancellation cancellation;

    private DecoderQuantiser(Path source, BlockFormat format, Cancellation cancellation) {
        this.source = source;
        this.format = format;
        this.cancellation = cancellation;
    }

    /**
     * Writes the folder; it is there complete or not at all.
     *
     * @param source a folder in the layout of transformers with weights in FLOAT32, FLOAT16 or BFLOAT16, or a GGUF file with such weights
     * @param target to be made; may be there if it is empty
     * @param format of every matrix; where its blocks do not divide a row, the largest that do
     * @throws InvalidRequestException if the target is there and not empty
     * @throws ModelException if the source is no language model of a known family, or is quantised already
     * @throws SufficeException if the target cannot be written
     * @throws dev.suffice.core.CancelledException if cancelled; nothing is left of the target
     */
    public static void write(Path source, Path target, BlockFormat format, Cancellation cancellation) {
        var quantiser = new DecoderQuantiser(source, format, cancellation);
        try {
            checkEmpty(target);
            if (Files.isDirectory(source)) {
                NewFolder.write(target, quantiser::fill);
            } else {
                GgufImport.quantise(GgufFile.read(source), target, format, cancellation);
            }
        } catch (IOException e) {
            throw new SufficeException(
                    "folder %s: cannot be written (%s): is there a folder above it that may be written to, and room on the disk?"
                            .formatted(target, e),
                    e);
        }
    }

    private static void checkEmpty(Path target) throws IOException {
        if (!Files.exists(target)) {
            return;
        }
        if (Files.isDirectory(target)) {
            try (var files = Files.list(target)) {
                if (files.findAny().isEmpty()) {
                    return;
                }
            }
        }
        throw new InvalidRequestException(
                "folder %s: is there already; name one that is not, or is empty".formatted(target));
    }

    private void fill(Path folder) throws IOException {
        var decoder = Decoders.open(source);
        var config = decoder.source();
        if (config.find(BlockFormat.MARK).isPresent()
                || decoder.weights().tensors().keySet().stream()
                        .anyMatch(name -> name.endsWith(BlockQuantiser.PACKED))) {
            throw new ModelException(
                    "%s: is quantised already; take the model with its original weights".formatted(source));
        }
        try (var arena = Arena.ofConfined()) {
            weights(decoder, arena).write(folder.resolve("model.safetensors"));
        }
        var json = (ObjectNode) config.json().deepCopy();
        format.mark(json);
        Files.writeString(
                folder.resolve("config.json"),
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
        for (var name : COPIED) {
            var file = source.resolve(name);
            if (Files.isRegularFile(file)) {
                Files.copy(file, folder.resolve(name));
            }
        }
    }

    private SafetensorsWriter weights(Decoder decoder, Arena arena) {
        var writer = new SafetensorsWriter();
        new TreeMap<>(decoder.weights().tensors()).forEach((name, tensor) -> {
            if (decoder.config().tied() && name.equals("lm_head.weight")) {
                return; // a copy of the embedding that nothing reads
            }
            var data = SafetensorsFile.map(tensor, arena);
            if (tensor.shape().rank() == 2 && name.endsWith(".weight")) {
                var rows = new StoredRows(tensor, data);
                var path = name.substring(0, name.length() - ".weight".length());
                BlockQuantiser.add(writer, path, rows, format.of(name).fitting(rows.columns()), cancellation);
            } else {
                writer.copy(tensor, data);
            }
        });
        return writer;
    }
}
