package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.chat.ChatMessage;
import dev.suffice.language.chat.ChatTemplate;
import dev.suffice.language.constrain.Constraint;
import dev.suffice.language.constrain.TokenMask;
import dev.suffice.language.constrain.TokenTrie;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.models.decoder.Decoder;
import dev.suffice.models.decoder.Decoders;
import dev.suffice.models.decoder.DraftHeads;
import dev.suffice.models.decoder.ExitHeads;
import dev.suffice.models.decoder.ExportedDecoder;
import dev.suffice.models.folder.ModelFingerprint;
import dev.suffice.models.gguf.GgufFile;
import dev.suffice.models.gguf.GgufTokenizer;
import dev.suffice.models.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A language model with its tokenizer and its chat template, from a folder in the layout of transformers, one that was exported, or a GGUF file. Thread-safe; holds native memory
 * until closed.
 */
public final class LanguageModel implements AutoCloseable {
    /** Tokens of a text unless another number is asked for, and the model was made for as many. */
    public static final int USUAL_CONTEXT = 4096;

    private final String name;
    private final Path folder;
    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;
    private final DecoderSession session;
    private @Nullable TokenTrie trie;

    private LanguageModel(
            String name, Path folder, Tokenizer tokenizer, Optional<ChatTemplate> template, DecoderSession session) {
        this.name = name;
        this.folder = folder;
        this.tokenizer = tokenizer;
        this.template = template;
        this.session = session;
    }

    /**
     * Opens a model.
     *
     * @param path a folder, or a GGUF file
     * @param name what results say they were made with
     * @param cache folder for what is made of a GGUF file once
     * @param context most tokens of a text; empty for {@link #USUAL_CONTEXT}, or fewer if the model was made for fewer
     * @throws InvalidRequestException if the context is out of its range
     * @throws dev.suffice.models.ModelException if there is no such model, or one that is not supported
     */
    public static LanguageModel open(
            Path path, String name, Path cache, OptionalInt context, Engine engine, SessionOptions options) {
        return open(path, name, cache, Optional.empty(), context, engine, options);
    }

    /**
     * Opens a model with a head that drafts for it, if there is one.
     *
     * @param path as above
     * @param name as above
     * @param cache as above
     * @param heads where a head is looked for that was trained for the model; empty for none
     * @param context as above
     */
    public static LanguageModel open(
            Path path,
            String name,
            Path cache,
            Optional<HeadSearch> heads,
            OptionalInt context,
            Engine engine,
            SessionOptions options) {
        if (ExportedDecoder.in(path)) {
            return exported(name, path, context, engine, options);
        }
        if (Files.isDirectory(path)) {
            var decoder = Decoders.open(path);
            var template = ChatTemplate.find(path);
            return open(
                    name,
                    path,
                    decoder,
                    Tokenizer.open(path, decoder.config().maxPositions()),
                    _ -> template,
                    heads,
                    context,
                    engine,
                    options);
        }
        var file = GgufFile.read(path);
        var folder = GgufCache.folder(file, cache);
        var decoder = Decoders.open(folder);
        return open(
                name,
                folder,
                decoder,
                GgufTokenizer.open(file),
                tokenizer -> file.metadata()
                        .findText("tokenizer.chat_template")
                        .map(source -> ChatTemplate.of(path.toString(), source, specialTokens(tokenizer))),
                heads,
                context,
                engine,
                options);
    }

    private static LanguageModel exported(
            String name, Path folder, OptionalInt context, Engine engine, SessionOptions options) {
        var decoder = ExportedDecoder.open(folder, engine.name());
        var tokenizer = Tokenizer.open(folder, decoder.maxPositions());
        try {
            int tokens = context.orElse(Math.min(USUAL_CONTEXT, decoder.maxPositions()));
            var template = ChatTemplate.find(folder);
            return new LanguageModel(
                    name, folder, tokenizer, template, DecoderSession.open(decoder, tokens, engine, options));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static LanguageModel open(
            String name,
            Path folder,
            Decoder decoder,
            Tokenizer tokenizer,
            Function<Tokenizer, Optional<ChatTemplate>> template,
            Optional<HeadSearch> heads,
            OptionalInt context,
            Engine engine,
            SessionOptions options) {
        try {
            int tokens = context.orElse(Math.min(USUAL_CONTEXT, decoder.config().maxPositions()));
            var read = template.apply(tokenizer);
            return new LanguageModel(name, folder, tokenizer, read, session(decoder, heads, tokens, engine, options));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static DecoderSession session(
            Decoder decoder, Optional<HeadSearch> heads, int context, Engine engine, SessionOptions options) {
        var exit = heads.filter(one -> one.kind() == HeadSearch.Kind.EXIT)
                .flatMap(one -> ExitHeads.find(one.folder(), decoder));
        if (exit.isPresent()) {
            return DecoderSession.open(decoder, exit.get(), context, engine, options);
        }
        var draft = heads.filter(one -> one.kind() == HeadSearch.Kind.DRAFT)
                .flatMap(one -> DraftHeads.find(one.folder(), decoder));
        return DecoderSession.open(decoder, draft, context, engine, options);
    }

    private static Map<String, String> specialTokens(Tokenizer tokenizer) {
        var special = tokenizer.special();
        var texts = new java.util.HashMap<String, String>();
        special.bos().ifPresent(id -> tokenizer.token(id).ifPresent(text -> texts.put("bos_token", text)));
        special.eos().ifPresent(id -> tokenizer.token(id).ifPresent(text -> texts.put("eos_token", text)));
        return texts;
    }

    /** What results say they were made with. */
    public String name() {
        return name;
    }

    /** Tells the model from others, by its configuration and samples of its weights; 16 hexadecimal digits. */
    public String fingerprint() {
        return ModelFingerprint.ofLanguageModel(folder);
    }

    /**
     * Which tokens of the model's exit head may be taken without asking the whole model.
     *
     * @param promised share of these that the model would have chosen itself, above 0 and below 1
     * @throws InvalidRequestException if the model was opened without an exit head, the head was not calibrated with the same weights, or no threshold keeps that
     */
    public Agreement agreement(double promised) {
        var parts = session.parts()
                .orElseThrow(() -> new InvalidRequestException(
                        "agreement %s: there is no exit head for this model; train one with ./suffice train exit-head"
                                .formatted(promised)));
        var seen = parts.head()
                .calibration()
                .orElseThrow(() -> new InvalidRequestException(
                        "agreement %s: the exit head was not calibrated; train it anew with ./suffice train exit-head"
                                .formatted(promised)));
        if (!seen.model().equals(fingerprint())) {
            throw new InvalidRequestException(
                    "agreement %s: the exit head was calibrated with other weights of this model (%s, these are %s), of which nothing is known; train one with ./suffice train exit-head"
                            .formatted(promised, seen.model(), fingerprint()));
        }
        return Agreement.of(seen, promised);
    }

    /** Texts to tokens and back. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** What runs the decoder. */
    public DecoderSession session() {
        return session;
    }

    /** How a conversation becomes a text; empty if the model is not made for conversations. */
    public Optional<ChatTemplate> template() {
        return template;
    }

    /** Tokens that end an answer. */
    public Set<Integer> ends() {
        return tokenizer.special().ends();
    }

    /** The tokens of a text that is to go on. */
    public int[] prompt(String text) {
        return checked(tokenizer.encode(text, true));
    }

    /**
     * The tokens of a conversation that the model is to answer.
     *
     * @throws InvalidRequestException if the model has no chat template
     */
    public int[] prompt(List<ChatMessage> conversation) {
        var used = template.orElseThrow(() -> new InvalidRequestException(
                "model %s: has no chat template; give the prompt as it is (--raw)".formatted(name)));
        return checked(tokenizer.encode(used.render(conversation, true, Map.of()), false));
    }

    /**
     * Lets only what a constraint allows be written.
     *
     * @throws InvalidRequestException if the model has no token that ends an answer
     */
    public TokenRule rule(Constraint constraint) {
        if (ends().isEmpty()) {
            throw new InvalidRequestException(
                    "model %s: names no token that ends an answer, so that one cannot be constrained".formatted(name));
        }
        return new ConstraintRule(tokenizer, TokenMask.of(vocabulary(), constraint), constraint);
    }

    /** Made when it is first needed: a fifth of a second for 50,000 tokens. */
    private synchronized TokenTrie vocabulary() {
        if (trie == null) {
            var texts = new byte[tokenizer.vocabularySize()] @Nullable [];
            for (int token = 0; token < texts.length; token++) {
                var bytes = tokenizer.isSpecial(token) ? new byte[0] : tokenizer.bytes(token);
                texts[token] = bytes.length == 0 ? null : bytes;
            }
            trie = TokenTrie.of(texts);
        }
        return trie;
    }

    private static int[] checked(int[] tokens) {
        if (tokens.length == 0) {
            throw new InvalidRequestException("prompt: is empty; write what is to be answered or to go on");
        }
        return tokens;
    }

    @Override
    public void close() {
        session.close();
        tokenizer.close();
    }
}
