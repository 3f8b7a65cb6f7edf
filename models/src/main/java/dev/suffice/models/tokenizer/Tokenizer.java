package dev.suffice.models.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Texts to token numbers and back, from a folder with {@code tokenizer.json}, or with CLIP's {@code vocab.json} and
 * {@code merges.txt}. Encoders of texts take an {@link Encoding}; language models take plain numbers, which are never
 * cut off. Thread-safe. Holds native memory until closed.
 */
public final class Tokenizer implements AutoCloseable {
    /** Longer maximum lengths stand for "none" in published configurations. */
    private static final long NO_MAXIMUM = 1 << 20;

    private final Path source;
    private final Supplier<JsonNode> description;
    private final HuggingFaceTokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final int maxLength;
    private final SpecialTokens special;
    private final Object literalLock = new Object();
    private @Nullable HuggingFaceTokenizer literal;

    private Tokenizer(
            Path source,
            Supplier<JsonNode> description,
            HuggingFaceTokenizer tokenizer,
            Vocabulary vocabulary,
            int maxLength,
            SpecialTokens special) {
        this.source = source;
        this.description = description;
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        this.maxLength = maxLength;
        this.special = special;
    }

    /**
     * Reads a tokenizer.
     *
     * @param folder with tokenizer.json or vocab.json and merges.txt, and tokenizer_config.json if there is one
     * @param maxLength tokens that the model takes at most; a smaller model_max_length in the folder prevails
     * @throws ModelException if the folder holds none, or a damaged one
     */
    public static Tokenizer open(Path folder, int maxLength) {
        var configFile = folder.resolve("tokenizer_config.json");
        var config = Files.isRegularFile(configFile) ? Optional.of(Config.read(configFile)) : Optional.<Config>empty();
        var file = folder.resolve("tokenizer.json");
        Supplier<JsonNode> description =
                Files.isRegularFile(file) ? () -> Config.read(file).json() : () -> ClipVocabulary.read(folder, config);
        var json = description.get();
        var source = Files.isRegularFile(file) ? file : folder.resolve("vocab.json");
        var length = config.flatMap(c -> c.find("model_max_length"))
                .filter(node -> node.isIntegralNumber() && node.canConvertToInt() && node.intValue() < NO_MAXIMUM)
                .map(JsonNode::intValue)
                .orElse(maxLength);
        if (length < 2) {
            throw new ModelException("%s: model_max_length %d: must be at least 2".formatted(configFile, length));
        }
        var pad = config.flatMap(c -> specialToken(c, "pad_token"))
                .map(token -> tokenId(json, token)
                        .orElseThrow(() -> new ModelException(
                                "%s: pad_token %s: not in the vocabulary".formatted(configFile, token))))
                .or(() -> ownPadding(json));
        return open(
                source,
                description,
                json,
                Math.min(length, maxLength),
                vocabulary -> SpecialTokens.read(folder, config, vocabulary, toInt(pad)));
    }

    /**
     * Reads a tokenizer.json by itself.
     *
     * @param maxLength tokens that the model takes at most
     * @throws ModelException if it is damaged
     */
    public static Tokenizer ofFile(Path file, int maxLength) {
        var json = Config.read(file).json();
        var special = new SpecialTokens(OptionalInt.empty(), OptionalInt.empty(), toInt(ownPadding(json)), Set.of());
        return open(file, () -> Config.read(file).json(), json, maxLength, vocabulary -> special);
    }

    /**
     * A tokenizer that some other file describes.
     *
     * @param source the file, for errors
     * @param description makes a tree as in a tokenizer.json; asked again when it is needed again, so that the tree need not
     *     be kept
     * @param maxLength tokens that the model takes at most
     * @param special the tokens around texts
     * @throws ModelException if the tree is not one of a tokenizer
     */
    public static Tokenizer of(Path source, Supplier<JsonNode> description, int maxLength, SpecialTokens special) {
        return open(source, description, description.get(), maxLength, vocabulary -> special);
    }

    private static Tokenizer open(
            Path source,
            Supplier<JsonNode> description,
            JsonNode json,
            int maxLength,
            Function<Vocabulary, SpecialTokens> special) {
        var tokenizer = load(source, json);
        try {
            var vocabulary = new Vocabulary(source, json);
            return new Tokenizer(source, description, tokenizer, vocabulary, maxLength, special.apply(vocabulary));
        } catch (ModelException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static OptionalInt toInt(Optional<Long> id) {
        return id.isEmpty() ? OptionalInt.empty() : OptionalInt.of(id.get().intValue());
    }

    private static Optional<Long> ownPadding(JsonNode json) {
        return Optional.of(json.path("padding").path("pad_token"))
                .filter(JsonNode::isString)
                .flatMap(token -> tokenId(json, token.stringValue()));
    }

    /** The most tokens of an encoding. */
    public int maxLength() {
        return maxLength;
    }

    /**
     * Encodes with start and end tokens, and padded to exactly {@link #maxLength()}; a longer text is cut off before its
     * end token.
     */
    public Encoding encodePadded(String text) {
        var encoding = encode(text);
        var ids = Arrays.copyOf(encoding.ids(), maxLength);
        Arrays.fill(ids, encoding.ids().length, maxLength, special.padding().orElse(0));
        return new Encoding(
                ids, new long[maxLength], Arrays.copyOf(encoding.attentionMask(), maxLength), encoding.tokens());
    }

    /** Encodes with start and end tokens, without padding; a longer text is cut off before its end token. */
    public Encoding encode(String text) {
        var all = ids(tokenizer, text, true);
        var ids = Arrays.copyOf(all, Math.min(all.length, maxLength));
        if (all.length > maxLength) {
            ids[maxLength - 1] = all[all.length - 1];
        }
        return new Encoding(ids, new long[ids.length], ones(ids.length), all.length);
    }

    /**
     * Encodes two texts with what the tokenizer puts around and between them, without padding. Where they are too long together, the longer one is cut off first, and where both
     * are longer than half of what there is room for, each has half of it: {@code longest_first} of transformers.
     *
     * @throws ModelException if there is no room for more than what is around them
     */
    public Encoding encode(String first, String second) {
        var whole = tokenizer.encode(wellFormed(first), wellFormed(second), true, false);
        var sequences = whole.getSequenceIds();
        int[] lengths = {count(sequences, 0), count(sequences, 1)};
        int around = sequences.length - lengths[0] - lengths[1];
        if (around >= maxLength) {
            throw new ModelException("%s: a pair of texts has %d tokens around it: the model takes %d in all"
                    .formatted(source, around, maxLength));
        }
        int[] kept = longestFirst(lengths[0], lengths[1], maxLength - around);
        var ids = new long[around + kept[0] + kept[1]];
        var types = new long[ids.length];
        int[] taken = new int[2];
        int to = 0;
        for (int from = 0; from < sequences.length; from++) {
            int sequence = (int) sequences[from];
            if (sequence < 0 || taken[sequence]++ < kept[sequence]) {
                ids[to] = whole.getIds()[from];
                types[to] = whole.getTypeIds()[from];
                to++;
            }
        }
        return new Encoding(ids, types, ones(ids.length), sequences.length);
    }

    private static int count(long[] sequences, int of) {
        return (int) Arrays.stream(sequences).filter(sequence -> sequence == of).count();
    }

    /** How many tokens of each of two texts stay, as the tokenizers library has it: of an odd number, the longer text has one more, of two equally long ones the second. */
    private static int[] longestFirst(int first, int second, int room) {
        if (first + second <= room) {
            return new int[] {first, second};
        }
        int shorter = Math.min(first, second);
        int less = shorter <= room / 2 ? shorter : room / 2;
        return first > second ? new int[] {room - less, less} : new int[] {less, room - less};
    }

    private static long[] ones(int count) {
        var ones = new long[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /**
     * Encodes a whole text. Special tokens that are written in it are recognised.
     *
     * @param addSpecialTokens whether to put around it what the model asks for, such as a start token
     */
    public int[] encode(String text, boolean addSpecialTokens) {
        return toInts(ids(tokenizer, text, addSpecialTokens));
    }

    /**
     * Encodes a whole text, in which what looks like a special token is ordinary text, with nothing around it: for texts
     * of people who must not be able to end their turn, say.
     *
     * @throws ModelException if the tokenizer's model does not allow it (Unigram does not)
     */
    public int[] encodeLiterally(String text) {
        return toInts(ids(vocabulary.mentionsSpecial(text) ? literal() : tokenizer, text, false));
    }

    /**
     * The text of tokens, as the tokenizer's own decoder makes it: a vocabulary that marks words by a blank before them loses
     * the first one. Numbers beyond the vocabulary give nothing.
     *
     * @param skipSpecial whether special tokens give no text
     * @throws IllegalArgumentException if a number is negative
     */
    public String decode(int[] ids, boolean skipSpecial) {
        var known = Arrays.stream(ids)
                .filter(id -> vocabulary.token(checked(id)).isPresent())
                .asLongStream()
                .toArray();
        return tokenizer.decode(known, skipSpecial);
    }

    /** One more than the largest token number; a model may give numbers to more. */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /** The number of a token, as it stands in the vocabulary, where a blank may be another letter. */
    public OptionalInt id(String token) {
        return vocabulary.id(token);
    }

    /**
     * The token of a number, as it stands in the vocabulary, where a blank may be another letter.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public Optional<String> token(int id) {
        return vocabulary.token(checked(id));
    }

    /**
     * The bytes that a token adds to a text, which may start or end within a character; none for a number beyond the
     * vocabulary. A special token's are its name. Known for byte-level vocabularies and those with {@code <0x00>} tokens
     * or blanks written as U+2581; for others, the token as it stands in the vocabulary.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public byte[] bytes(int id) {
        return vocabulary.bytes(checked(id));
    }

    /**
     * Whether a token is special: it steers the model and is no text.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public boolean isSpecial(int id) {
        return vocabulary.isSpecial(checked(id));
    }

    /** The tokens around texts. */
    public SpecialTokens special() {
        return special;
    }

    /** Frees native memory. */
    @Override
    public void close() {
        tokenizer.close();
        synchronized (literalLock) {
            if (literal != null) {
                literal.close();
            }
        }
    }

    /** Made only for texts that mention a special token, which most never do. */
    private HuggingFaceTokenizer literal() {
        synchronized (literalLock) {
            var made = literal;
            if (made == null) {
                made = load(source, Vocabulary.withoutSpecial(source, description.get()));
                literal = made;
            }
            return made;
        }
    }

    private static long[] ids(HuggingFaceTokenizer tokenizer, String text, boolean addSpecialTokens) {
        return tokenizer.encode(wellFormed(text), addSpecialTokens, false).getIds();
    }

    /** Half a surrogate pair has no UTF-8. */
    private static String wellFormed(String text) {
        if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
            return text;
        }
        return text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static int[] toInts(long[] ids) {
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }

    private static int checked(int id) {
        if (id < 0) {
            throw new IllegalArgumentException("token %d: must not be negative".formatted(id));
        }
        return id;
    }

    private static HuggingFaceTokenizer load(Path source, JsonNode json) {
        try {
            var options = Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false");
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                    options);
        } catch (IOException | RuntimeException e) {
            throw new ModelException("%s: not a tokenizer that can be read: %s".formatted(source, e.getMessage()), e);
        }
    }

    /** Written as a text, or as an object whose content is the text. */
    static Optional<String> specialToken(Config config, String key) {
        return config.find(key)
                .map(node -> node.isObject() ? node.path("content").asString("") : node.asString(""))
                .filter(token -> !token.isEmpty());
    }

    private static Optional<Long> tokenId(JsonNode json, String token) {
        for (var added : json.path("added_tokens")) {
            if (added.path("content").asString("").equals(token)) {
                return Optional.of(added.path("id").longValue());
            }
        }
        return Optional.of(json.path("model").path("vocab").path(token))
                .filter(JsonNode::isIntegralNumber)
                .map(JsonNode::longValue);
    }
}
