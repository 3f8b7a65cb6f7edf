package dev.suffice.models.gguf;

import dev.suffice.models.ModelException;
import dev.suffice.models.tokenizer.SpecialTokens;
import dev.suffice.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokenizer in a GGUF file's metadata: {@code tokenizer.ggml.model} {@code gpt2} (byte-level pairs with merges) or
 * {@code llama} (SentencePiece's pairs with scores), put into the form of a {@code tokenizer.json}. Where an original
 * tokenizer and llama.cpp differ, as with Qwen 2's composed letters and Tekken's marks, it is the original.
 *
 * <p>With {@code tokenizer.ggml.add_space_prefix}, a blank goes before the text at the start and before that after every
 * added token, as llama.cpp does it.
 */
public final class GgufTokenizer {
    private static final System.Logger LOG = System.getLogger(GgufTokenizer.class.getName());
    private static final String PREFIX = "tokenizer.ggml.";
    private static final String MODEL = PREFIX + "model";
    private static final String PRE = PREFIX + "pre";
    private static final String TOKENS = PREFIX + "tokens";
    private static final String MERGES = PREFIX + "merges";
    private static final String SCORES = PREFIX + "scores";
    private static final String TYPES = PREFIX + "token_type";
    private static final String BLANK = "\u2581";

    /** A text that is one token has at most so many characters; published vocabularies stay below 1,000. */
    private static final int MAX_TOKEN = 4096;

    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int BYTE = 6;

    /** Tokens with which chat models end their turn, for files that name only one end. */
    private static final Set<String> TURN_ENDS = Set.of(
            "<|eot_id|>",
            "<|eom_id|>",
            "<|im_end|>",
            "<|end|>",
            "<|endoftext|>",
            "<|end_of_text|>",
            "<end_of_turn>",
            "<\uFF5Cend\u2581of\u2581sentence\uFF5C>");

    private final GgufMetadata metadata;
    private final List<String> tokens = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final long[] types;
    private final boolean scored;

    private GgufTokenizer(GgufMetadata metadata) {
        this.metadata = metadata;
        this.scored = switch (metadata.text(MODEL)) {
            case "gpt2" -> false;
            case "llama" -> true;
            default -> throw metadata.unsupported(MODEL, "gpt2 or llama; other tokenizers are not supported");
        };
        for (var text : metadata.texts(TOKENS)) {
            var id = tokens.size();
            if (text.length() > MAX_TOKEN) {
                throw new ModelException("%s: %s: entry %d: %d characters: must have at most %d; damaged"
                        .formatted(metadata.path(), TOKENS, id, text.length(), MAX_TOKEN));
            }
            var token = text.isEmpty() ? "[EMPTY_%d]".formatted(id) : text;
            var before = ids.put(token, id);
            if (before != null) {
                throw new ModelException("%s: %s: \"%s\" is entry %d and %d; damaged"
                        .formatted(metadata.path(), TOKENS, token, before, id));
            }
            tokens.add(token);
        }
        this.types = types();
    }

    /**
     * Makes the tokenizer of a file. The most tokens of an {@link Tokenizer#encode(String) encoding} are the model's
     * context length.
     *
     * @throws ModelException if the metadata describe none, one of a kind that is not supported, or a damaged one
     */
    public static Tokenizer open(GgufFile file) {
        var metadata = file.metadata();
        var context = metadata.findText("general.architecture").orElse("") + ".context_length";
        return Tokenizer.of(
                file.path(),
                () -> new GgufTokenizer(metadata).json(),
                metadata.size(context, 1 << 24),
                new GgufTokenizer(metadata).special());
    }

    /**
     * Writes the tokenizer of a file, and its chat template if it has one, as a folder in the layout of transformers has them.
     *
     * @throws IOException if a file cannot be written
     * @throws ModelException as {@link #open}
     */
    static void write(GgufFile file, Path folder) throws IOException {
        var tokenizer = new GgufTokenizer(file.metadata());
        var special = tokenizer.special();
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer.json().toString());
        var names = JsonMapper.shared().createObjectNode();
        special.bos().ifPresent(id -> names.put("bos_token", tokenizer.tokens.get(id)));
        special.eos().ifPresent(id -> names.put("eos_token", tokenizer.tokens.get(id)));
        special.padding().ifPresent(id -> names.put("pad_token", tokenizer.tokens.get(id)));
        Files.writeString(folder.resolve("tokenizer_config.json"), names.toPrettyString() + "\n");
        var generation = JsonMapper.shared().createObjectNode();
        var ends = generation.putArray("eos_token_id");
        special.ends().stream().sorted().forEach(ends::add);
        Files.writeString(folder.resolve("generation_config.json"), generation.toPrettyString() + "\n");
        var template = file.metadata().findText("tokenizer.chat_template");
        if (template.isPresent()) {
            Files.writeString(folder.resolve("chat_template.jinja"), template.get());
        }
    }

    private long[] types() {
        if (metadata.contains(TYPES)) {
            return sameLength(TYPES, metadata.wholes(TYPES));
        }
        var all = new long[tokens.size()];
        java.util.Arrays.fill(all, NORMAL);
        bos().ifPresent(id -> all[id] = CONTROL);
        eos().ifPresent(id -> all[id] = CONTROL);
        return all;
    }

    private long[] sameLength(String key, long[] list) {
        if (list.length != tokens.size()) {
            throw metadata.unsupported(key, "a list of %d, one for each token".formatted(tokens.size()));
        }
        return list;
    }

    private OptionalInt bos() {
        return id("bos_token_id", scored ? 1 : -1);
    }

    private OptionalInt eos() {
        return id("eos_token_id", scored ? 2 : -1);
    }

    /** A token's number; one that is not in the vocabulary is an error if the file gives it. */
    private OptionalInt id(String name, int otherwise) {
        var id = metadata.whole(PREFIX + name, otherwise);
        if (id >= 0 && id < tokens.size()) {
            return OptionalInt.of((int) id);
        }
        if (metadata.contains(PREFIX + name)) {
            throw metadata.unsupported(PREFIX + name, "a token's number, less than %d".formatted(tokens.size()));
        }
        return OptionalInt.empty();
    }

    private SpecialTokens special() {
        var ends = new LinkedHashSet<Integer>();
        for (var name : new String[] {"eot_token_id", "eom_token_id"}) {
            id(name, -1).ifPresent(ends::add);
        }
        eos().ifPresent(ends::add);
        for (var text : TURN_ENDS) {
            var id = ids.get(text);
            if (id != null && (types[id] == CONTROL || types[id] == USER_DEFINED)) {
                ends.add(id);
            }
        }
        return new SpecialTokens(bos(), eos(), id("padding_token_id", -1), ends);
    }

    private JsonNode json() {
        var root = JsonMapper.shared().createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        var added = root.putArray("added_tokens");
        for (int id = 0; id < types.length; id++) {
            if (types[id] == CONTROL || types[id] == UNKNOWN || types[id] == USER_DEFINED) {
                added.addObject()
                        .put("id", id)
                        .put("content", tokens.get(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", types[id] != USER_DEFINED);
            }
        }
        var model = root.putObject("model");
        if (scored) {
            scored(root, model);
        } else {
            byteLevel(root, model);
        }
        var vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        return root;
    }

    private void byteLevel(ObjectNode root, ObjectNode model) {
        var name = metadata.findText(PRE).orElse("default");
        if (!metadata.contains(PRE)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "%s: %s missing: words are cut in the default way, which may not be the one that the model learned; convert the model again"
                            .formatted(metadata.path(), PRE));
        }
        var pre = PreTokenizer.of(name)
                .orElseThrow(() -> metadata.unsupported(PRE, "one of %s".formatted(PreTokenizer.known())));
        if (pre.composes()) {
            root.putObject("normalizer").put("type", "NFC");
        }
        var splits = root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        for (var pattern : pre.patterns()) {
            var split = splits.addObject()
                    .put("type", "Split")
                    .put("behavior", "Isolated")
                    .put("invert", false);
            split.putObject("pattern").put("Regex", pattern);
        }
        bytes(splits.addObject());
        around(root, pre.wholeWords());
        bytes(root.putObject("decoder"));
        model.put("type", "BPE").put("fuse_unk", false).put("byte_fallback", false);
        model.put("ignore_merges", pre.wholeWords());
        var merges = model.putArray("merges");
        var pairs = metadata.texts(MERGES);
        for (int i = 0; i < pairs.size(); i++) {
            var pair = pairs.get(i);
            var blank = pair.indexOf(' ', 1);
            var left = blank < 0 ? "" : pair.substring(0, blank);
            var right = blank < 0 ? "" : pair.substring(blank + 1);
            if (!ids.containsKey(left) || !ids.containsKey(right) || !ids.containsKey(left + right)) {
                throw new ModelException(
                        "%s: %s: entry %d: \"%s\": must be two tokens with a blank between them that make a third; damaged"
                                .formatted(metadata.path(), MERGES, i, pair));
            }
            merges.addArray().add(left).add(right);
        }
    }

    private static void bytes(ObjectNode node) {
        node.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", false)
                .put("use_regex", false);
    }

    private void scored(ObjectNode root, ObjectNode model) {
        var prefix = metadata.flag(PREFIX + "add_space_prefix", true);
        var normalizers = root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        if (prefix) {
            normalizers.addObject().put("type", "Prepend").put("prepend", BLANK);
        }
        replace(normalizers, " ", BLANK);
        around(root, true);
        var decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        replace(decoders, BLANK, " ");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        if (prefix) {
            decoders.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        model.put("type", "BPE").put("fuse_unk", true).put("byte_fallback", true);
        id("unknown_token_id", 0).ifPresent(id -> model.put("unk_token", tokens.get(id)));
        var merges = model.putArray("merges");
        ScoreMerges.of(
                        tokens,
                        ids,
                        scores(),
                        id -> types[id] != UNKNOWN
                                && types[id] != CONTROL
                                && types[id] != USER_DEFINED
                                && types[id] != BYTE)
                .forEach(merge -> merges.addArray().add(merge.left()).add(merge.right()));
    }

    private static void replace(ArrayNode steps, String from, String to) {
        var step = steps.addObject().put("type", "Replace").put("content", to);
        step.putObject("pattern").put("String", from);
    }

    private double[] scores() {
        var scores = metadata.numbers(SCORES);
        if (scores.length != tokens.size()) {
            throw metadata.unsupported(SCORES, "a list of %d, one for each token".formatted(tokens.size()));
        }
        for (int id = 0; id < scores.length; id++) {
            if (Double.isNaN(scores[id])) {
                throw new ModelException(
                        "%s: %s: entry %d: must be a number; damaged".formatted(metadata.path(), SCORES, id));
            }
        }
        return scores;
    }

    /** What is put around a text: the start token, the end token, both or neither. */
    private void around(ObjectNode root, boolean startOtherwise) {
        var processor = root.putObject("post_processor").put("type", "TemplateProcessing");
        var single = processor.putArray("single");
        var pair = processor.putArray("pair");
        var named = processor.putObject("special_tokens");
        if (metadata.flag(PREFIX + "add_bos_token", startOtherwise)) {
            bos().ifPresent(id -> name(id, single, pair, named));
        }
        text(single, "A");
        text(pair, "A");
        text(pair, "B");
        if (metadata.flag(PREFIX + "add_eos_token", false)) {
            eos().ifPresent(id -> name(id, single, pair, named));
        }
    }

    private static void text(ArrayNode template, String name) {
        template.addObject().putObject("Sequence").put("id", name).put("type_id", 0);
    }

    private void name(int id, ArrayNode single, ArrayNode pair, ObjectNode named) {
        var token = tokens.get(id);
        single.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
        pair.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
        var entry = named.putObject(token).put("id", token);
        entry.putArray("ids").add(id);
        entry.putArray("tokens").add(token);
    }
}
