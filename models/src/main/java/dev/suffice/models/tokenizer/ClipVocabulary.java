package dev.suffice.models.tokenizer;

import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * CLIP's byte-pair encoding in the form of a {@code tokenizer.json}: lower case, white space made one blank, words,
 * digits and punctuation apart, {@code </w>} at the end of a word, start and end tokens around the text.
 */
final class ClipVocabulary {
    private static final String WORDS =
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    private ClipVocabulary() {}

    static JsonNode read(Path folder, Optional<Config> config) {
        var vocabulary = folder.resolve("vocab.json");
        var merges = folder.resolve("merges.txt");
        if (!Files.isRegularFile(vocabulary) || !Files.isRegularFile(merges)) {
            throw new ModelException(
                    "%s: no tokenizer: expected tokenizer.json, or vocab.json and merges.txt".formatted(folder));
        }
        var words = Config.read(vocabulary).json();
        var start = config.flatMap(c -> Tokenizer.specialToken(c, "bos_token")).orElse("<|startoftext|>");
        var end = config.flatMap(c -> Tokenizer.specialToken(c, "eos_token")).orElse("<|endoftext|>");
        var unknown =
                config.flatMap(c -> Tokenizer.specialToken(c, "unk_token")).orElse(end);

        var root = JsonMapper.shared().createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        var added = root.putArray("added_tokens");
        added.add(special(vocabulary, words, start));
        added.add(special(vocabulary, words, end));

        var normalizers = root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        normalizers.addObject().put("type", "NFC");
        var blanks = normalizers.addObject().put("type", "Replace").put("content", " ");
        blanks.putObject("pattern").put("Regex", "\\s+");
        normalizers.addObject().put("type", "Lowercase");

        var splits = root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        var split = splits.addObject()
                .put("type", "Split")
                .put("behavior", "Removed")
                .put("invert", true);
        split.putObject("pattern").put("Regex", WORDS);
        byteLevel(splits.addObject());

        var around = root.putObject("post_processor")
                .put("type", "RobertaProcessing")
                .put("trim_offsets", false)
                .put("add_prefix_space", false);
        around.putArray("sep").add(end).add(words.path(end).longValue());
        around.putArray("cls").add(start).add(words.path(start).longValue());
        byteLevel(root.putObject("decoder"));

        var model = root.putObject("model")
                .put("type", "BPE")
                .put("unk_token", unknown)
                .put("continuing_subword_prefix", "")
                .put("end_of_word_suffix", "</w>")
                .put("fuse_unk", false);
        model.set("vocab", words);
        var pairs = model.putArray("merges");
        try (var lines = Files.lines(merges)) {
            lines.filter(line -> !line.isBlank() && !line.startsWith("#version"))
                    .forEach(pairs::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new ModelException("%s: cannot be read: %s".formatted(merges, e.getMessage()), e);
        }
        return root;
    }

    private static void byteLevel(ObjectNode node) {
        node.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    private static ObjectNode special(Path file, JsonNode words, String token) {
        if (!words.path(token).isIntegralNumber()) {
            throw new ModelException("%s: token %s: missing".formatted(file, token));
        }
        return JsonMapper.shared()
                .createObjectNode()
                .put("id", words.path(token).longValue())
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }
}
