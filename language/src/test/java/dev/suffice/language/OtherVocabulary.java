package dev.suffice.language;

import dev.suffice.models.tokenizer.SpecialTokens;
import dev.suffice.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The small models with other tokenizers. */
final class OtherVocabulary {
    private static final int SPECIAL = 3;

    private OtherVocabulary() {}

    /**
     * A model that computes the same, with its tokens numbered otherwise and some of them replaced by others.
     *
     * @param name of a model in the test resources
     * @param folder where to write it
     * @param replaced tokens that no other is merged of, and that become random pairs of others
     */
    static Path twin(String name, Path folder, int replaced) throws IOException {
        var from = TestModels.folder().resolve(name);
        Files.createDirectories(folder);
        try (var files = Files.list(from)) {
            for (var file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        var random = new Random(5);
        var json = (ObjectNode) JsonMapper.shared().readTree(Files.readString(from.resolve("tokenizer.json")));
        var model = (ObjectNode) json.path("model");
        var names = new String[model.path("vocab").size()];
        for (var entry : model.path("vocab").properties()) {
            names[entry.getValue().intValue()] = entry.getKey();
        }
        replace(model, names, replaced, random);
        var order = new ArrayList<Integer>();
        for (int token = SPECIAL; token < names.length; token++) {
            order.add(token);
        }
        Collections.shuffle(order, random);
        var numbers = new int[names.length];
        var vocabulary = model.putObject("vocab");
        for (int token = 0; token < names.length; token++) {
            numbers[token] = token < SPECIAL ? token : order.get(token - SPECIAL);
            vocabulary.put(names[token], numbers[token]);
        }
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
        move(folder.resolve("model.safetensors"), numbers);
        return folder;
    }

    private static void replace(ObjectNode model, String[] names, int replaced, Random random) {
        var merges = new ArrayList<String[]>();
        var parts = new HashSet<String>();
        for (var merge : model.path("merges")) {
            var pair = new String[] {merge.path(0).stringValue(), merge.path(1).stringValue()};
            merges.add(pair);
            Collections.addAll(parts, pair);
        }
        var known = new HashSet<>(Set.of(names));
        int left = replaced;
        for (int token = names.length - 1; left > 0; token--) {
            var name = names[token];
            if (name.length() == 1 || parts.contains(name)) {
                continue;
            }
            merges.removeIf(pair -> (pair[0] + pair[1]).equals(name));
            String[] pair;
            do {
                pair = new String[] {names[SPECIAL + random.nextInt(400)], names[SPECIAL + random.nextInt(400)]};
            } while (!known.add(pair[0] + pair[1]));
            merges.add(pair);
            Collections.addAll(parts, pair);
            names[token] = pair[0] + pair[1];
            left--;
        }
        var list = model.putArray("merges");
        merges.forEach(pair -> list.addArray().add(pair[0]).add(pair[1]));
    }

    /** Moves the rows of the embeddings, and of the head if it has its own. */
    private static void move(Path file, int[] numbers) throws IOException {
        var bytes = Files.readAllBytes(file);
        int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        var entries = JsonMapper.shared().readTree(new String(bytes, 8, header, StandardCharsets.UTF_8));
        var moved = bytes.clone();
        for (var tensor : new String[] {"model.embed_tokens.weight", "lm_head.weight"}) {
            var entry = entries.path(tensor);
            if (entry.isMissingNode()) {
                continue;
            }
            int start = 8 + header + entry.path("data_offsets").path(0).intValue();
            int row = (8 + header + entry.path("data_offsets").path(1).intValue() - start) / numbers.length;
            for (int token = 0; token < numbers.length; token++) {
                System.arraycopy(bytes, start + token * row, moved, start + numbers[token] * row, row);
            }
        }
        Files.write(file, moved);
    }

    /** A tokenizer that marks words by a blank before them, with tokens of single bytes for letters that it does not know. */
    static Tokenizer sentencePieces() {
        var json = JsonMapper.shared().createObjectNode();
        json.put("version", "1.0");
        var model = json.putObject("model")
                .put("type", "BPE")
                .put("byte_fallback", true)
                .put("unk_token", "<unk>");
        var vocabulary = model.putObject("vocab");
        vocabulary.put("<unk>", 0);
        vocabulary.put("<s>", 1);
        for (int value = 0; value < 256; value++) {
            vocabulary.put("<0x%02X>".formatted(value), 2 + value);
        }
        for (var piece :
                new String[] {"\u2581", "h", "e", "l", "o", "A", "el", "he", "hel", "lo", "\u2581hel", "\u2581hello"}) {
            vocabulary.put(piece, vocabulary.size());
        }
        var merges = model.putArray("merges");
        for (var pair :
                new String[][] {{"h", "e"}, {"he", "l"}, {"l", "o"}, {"\u2581", "hel"}, {"\u2581hel", "lo"}, {"e", "l"}
                }) {
            merges.addArray().add(pair[0]).add(pair[1]);
        }
        json.putArray("added_tokens")
                .addObject()
                .put("id", 1)
                .put("content", "<s>")
                .put("special", true)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false);
        var normalizers = json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        normalizers.addObject().put("type", "Prepend").put("prepend", "\u2581");
        normalizers
                .addObject()
                .put("type", "Replace")
                .put("content", "\u2581")
                .putObject("pattern")
                .put("String", " ");
        var decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
        decoders.addObject()
                .put("type", "Replace")
                .put("content", " ")
                .putObject("pattern")
                .put("String", "\u2581");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        return Tokenizer.of(
                Path.of("pieces"),
                () -> json,
                1024,
                new SpecialTokens(OptionalInt.of(1), OptionalInt.empty(), OptionalInt.empty(), Set.of()));
    }

    /** Tokens of names, in their order. */
    static int[] tokens(Tokenizer tokenizer, String... names) {
        return java.util.Arrays.stream(names)
                .mapToInt(name -> tokenizer.id(name).orElseThrow())
                .toArray();
    }
}
