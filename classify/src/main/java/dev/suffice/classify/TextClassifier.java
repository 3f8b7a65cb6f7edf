package dev.suffice.classify;

import dev.suffice.classify.exit.ExitCalibration;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.classify.exit.HeadOutput;
import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.Progress;
import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.ModelException;
import dev.suffice.models.family.BertConfig;
import dev.suffice.models.family.EncoderHead;
import dev.suffice.models.family.InputScales;
import dev.suffice.models.family.Pooling;
import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.tokenizer.Encoding;
import dev.suffice.models.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A classifier, opened: texts to answers, each with as many layers as the policy finds it needs. Thread-safe; closing it while a call is under way is not allowed.
 */
public final class TextClassifier implements AutoCloseable {
    /** The most texts that run at once, unless a caller says otherwise. */
    public static final int BATCH = 32;

    /**
     * The most tokens that run at once, padding included, unless one text has more: of more, states do not stay in a processor's cache, and short texts are padded for long ones.
     * Measured with 12 layers of width 384: 384 tokens at once are twice as fast as 32 texts, whatever their lengths, and 64 are slower again.
     */
    private static final int MOST_TOKENS = 384;

    private final String name;
    private final ClassifierFolder folder;
    private final Tokenizer tokenizer;
    private final Engine engine;
    private final SessionOptions options;
    private final Path cache;
    private final Variant whole;

    /** Whether int8 can keep promises, by what the folder had when it was opened. */
    private final boolean calibratedForInt8;

    private final Object lock = new Object();
    private @Nullable Variant quantised;

    private TextClassifier(
            String name,
            ClassifierFolder folder,
            Tokenizer tokenizer,
            Engine engine,
            SessionOptions options,
            Path cache) {
        this.name = name;
        this.folder = folder;
        this.tokenizer = tokenizer;
        this.engine = engine;
        this.options = options;
        this.cache = cache;
        this.whole = new Variant(name, Precision.FLOAT32, folder, engine, options);
        this.calibratedForInt8 = folder.canBeQuantised()
                && Files.isRegularFile(folder.folder().resolve(Precision.INT8.calibration()))
                && computes(Precision.INT8);
    }

    /**
     * Opens a folder.
     *
     * @param path the folder, see {@link ClassifierFolder}
     * @param name for messages
     * @param cache folder for what is unpacked and merged
     * @param bases finds the folder of an encoder by the name that an adapter gives
     * @throws dev.suffice.models.ModelException if a file is missing or damaged
     */
    public static TextClassifier open(
            Path path,
            String name,
            Path cache,
            Function<String, Optional<Path>> bases,
            Engine engine,
            SessionOptions options) {
        var folder = ClassifierFolder.open(path, cache, bases);
        return new TextClassifier(name, folder, folder.tokenizer(cache), engine, options, cache);
    }

    /** Its files. */
    public ClassifierFolder folder() {
        return folder;
    }

    /** How many layers it has. */
    public int layers() {
        return folder.encoder().sizes().layers();
    }

    /** The layers behind which a text can leave, the last one included. */
    public List<Integer> exits() {
        return whole.exits();
    }

    /** The most tokens of a text, those around it included. */
    public int maxTokens() {
        return tokenizer.maxLength();
    }

    /** One text. */
    public Classification classify(String text, ClassifyOptions asked) {
        return classify(TextInput.of(text), asked);
    }

    /** One text, or one pair of texts. */
    public Classification classify(TextInput text, ClassifyOptions asked) {
        return classify(List.of(text), asked, Progress.silent(), new Cancellation())
                .getFirst();
    }

    /**
     * Texts, in batches of such as are about equally long.
     *
     * @param progress hears how many texts are done
     * @return an answer for each, in their order
     * @throws InvalidRequestException if a text is empty, or too long and may not be cut off, or is one where the model reads pairs, or a pair where it does not; if the policy is {@code auto}, or asks a model for exits that has none
     * @throws dev.suffice.core.CancelledException between two batches
     */
    public List<Classification> classify(
            List<TextInput> texts, ClassifyOptions asked, Progress progress, Cancellation cancellation) {
        var gates = Gates.of(asked.policy(), variant(precision(asked)), whole);
        var encoded = encode(texts, asked.truncate());
        var answers = new Classification[texts.size()];
        batches(encoded, asked.batch(), progress, cancellation, places -> {
            var watches = places.stream().map(_ -> gates.criterion().watch()).toList();
            var outputs = new HeadOutput[places.size()];
            var sureness = new double[places.size()];
            gates.variant()
                    .network(gates.heads())
                    .run(places.stream().map(encoded::get).toList(), (text, output) -> {
                        outputs[text] = output;
                        sureness[text] = watches.get(text).sureness(output);
                        return sureness[text] >= gates.threshold();
                    });
            for (int text = 0; text < outputs.length; text++) {
                int place = places.get(text);
                answers[place] = answer(encoded.get(place), outputs[text], sureness[text], gates);
            }
        });
        return List.of(answers);
    }

    private List<EncodedText> encode(List<TextInput> texts, boolean truncate) {
        return IntStream.range(0, texts.size())
                .mapToObj(i -> encode(texts.get(i), texts.size() == 1 ? "text" : "text %d".formatted(i + 1), truncate))
                .toList();
    }

    /** Gives the places of texts, those of about the same length together. */
    private static void batches(
            List<EncodedText> texts,
            int size,
            Progress progress,
            Cancellation cancellation,
            Consumer<List<Integer>> run) {
        var order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> texts.get(i).tokens()))
                .toList();
        int to;
        for (int from = 0; from < order.size(); from = to) {
            cancellation.check();
            to = from + 1;
            while (to < order.size()
                    && to - from < size
                    && (long) (to + 1 - from) * texts.get(order.get(to)).tokens() <= MOST_TOKENS) {
                to++;
            }
            run.accept(order.subList(from, to));
            progress.at("classify", to, order.size());
        }
    }

    /** Whether the engine computes with a precision. */
    public boolean computes(Precision precision) {
        return precision == Precision.FLOAT32 || OperatorSet.of(engine.name()) == OperatorSet.ONNX_RUNTIME;
    }

    /** What is computed with; see {@link ClassifyOptions}. */
    public Precision precision(ClassifyOptions asked) {
        boolean small = asked.policy() instanceof ExitPolicy.Auto && calibratedForInt8;
        return asked.precision().orElse(small ? Precision.INT8 : Precision.FLOAT32);
    }

    private Variant variant(Precision precision) {
        if (precision == Precision.FLOAT32) {
            return whole;
        }
        if (!computes(precision)) {
            throw new InvalidRequestException(
                    "precision int8: engine %s: only onnxruntime computes with it".formatted(engine.name()));
        }
        synchronized (lock) {
            var known = quantised;
            if (known == null) {
                known = new Variant(name, precision, folder.quantised(name, cache), engine, options);
                quantised = known;
            }
            return known;
        }
    }

    /**
     * What the model's calibration allows.
     *
     * @throws InvalidRequestException if the model has none, or cannot compute with that precision
     * @throws dev.suffice.models.ModelException if its file is damaged
     */
    public ExitCalibration calibration(ExitPolicy.Auto asked, Precision precision) {
        return variant(precision).calibration(asked);
    }

    /**
     * What the inputs of the encoder's matrices are best quantised to, by what they are for some texts.
     *
     * @param texts some hundreds, like those that it is for; longer ones are cut off
     * @param progress hears how many texts are done
     * @throws InvalidRequestException if there are none
     * @throws dev.suffice.core.CancelledException between two texts
     */
    public InputScales inputScales(List<TextInput> texts, Progress progress, Cancellation cancellation) {
        return InputRanges.measure(folder.encoder(), encode(texts, true), engine, options, progress, cancellation);
    }

    /**
     * What every head says of every text, for calibration: nothing leaves early.
     *
     * @param precision what is computed with
     * @param progress hears how many texts are done
     * @return for each text, in their order, an output for each of {@link #exits()}
     */
    public List<List<HeadOutput>> outputs(
            List<TextInput> texts,
            boolean truncate,
            Precision precision,
            Progress progress,
            Cancellation cancellation) {
        var variant = variant(precision);
        var encoded = encode(texts, truncate);
        var outputs = new ArrayList<List<HeadOutput>>();
        texts.forEach(_ -> outputs.add(new ArrayList<>()));
        batches(
                encoded,
                BATCH,
                progress,
                cancellation,
                places -> variant.network(variant.files().heads())
                        .run(places.stream().map(encoded::get).toList(), (text, output) -> {
                            outputs.get(places.get(text)).add(output);
                            return false;
                        }));
        return outputs;
    }

    private EncodedText encode(TextInput input, String what, boolean truncate) {
        if (input.text().isBlank()) {
            throw new InvalidRequestException("%s: is empty".formatted(what));
        }
        if (input.pair().map(String::isBlank).orElse(false)) {
            throw new InvalidRequestException("%s: the second text is empty".formatted(what));
        }
        if (!folder.card().input().accepts(input)) {
            throw new InvalidRequestException(
                    input.pair().isPresent()
                            ? "%s: is a pair of texts: model %s was trained on single ones; give one at a time"
                                    .formatted(what, name)
                            : "%s: is a single text: model %s was trained on pairs; give the second one too (--with)"
                                    .formatted(what, name));
        }
        var encoding = input.pair()
                .map(pair -> tokenizer.encode(input.text(), pair))
                .orElseGet(() -> tokenizer.encode(input.text()));
        if (encoding.truncated() && !truncate) {
            throw new InvalidRequestException(
                    "%s: %d tokens: model %s takes %d; shorten it, or have its end cut off (--truncate)"
                            .formatted(what, encoding.tokens(), name, tokenizer.maxLength()));
        }
        return new EncodedText(encoding.ids(), types(encoding), encoding.truncated());
    }

    /** Models with one type of token, or none, do not tell the texts of a pair apart by it, whatever their tokenizer says. */
    private long[] types(Encoding encoding) {
        var types = encoding.types();
        int known = folder.encoder().sizes().types();
        if (known < 2) {
            return new long[types.length];
        }
        for (long type : types) {
            if (type < 0 || type >= known) {
                throw new ModelException("model %s: its tokenizer gives tokens the type %d: the encoder knows 0 to %d"
                        .formatted(name, type, known - 1));
            }
        }
        return types;
    }

    private Classification answer(EncodedText text, HeadOutput output, double sureness, Gates gates) {
        var card = folder.card();
        var answer = switch (card.task()) {
            case NUMBER -> new Answer.Value(output.score(0, 0));
            case LABEL -> {
                var probabilities = output.probabilities(0);
                int best = output.answers()[0];
                yield new Answer.Label(
                        card.labels().get(best),
                        probabilities[best],
                        Arrays.stream(probabilities).boxed().toList());
            }
            case TOKENS -> tokens(text, output);
        };
        return new Classification(
                answer,
                text.tokens(),
                text.truncated(),
                gates.variant().precision(),
                output.layer(),
                layers(),
                gates.decide() ? sureness : 1,
                flops(gates.heads(), text.tokens(), output.layer()),
                flops(List.of(folder.heads().getLast()), text.tokens(), layers()));
    }

    private Answer.Tokens tokens(EncodedText text, HeadOutput output) {
        var answers = output.answers();
        var labels = new ArrayList<Answer.TokenLabel>();
        for (int i = 0; i < text.tokens(); i++) {
            int id = (int) text.id(i);
            if (!tokenizer.isSpecial(id)) {
                labels.add(new Answer.TokenLabel(
                        tokenizer.token(id).orElse(""),
                        folder.card().labels().get(answers[i]),
                        output.probabilities(i)[answers[i]]));
            }
        }
        return new Answer.Tokens(labels);
    }

    /** The layers that ran, and those of the heads that were asked by then. */
    private long flops(List<EncoderHead> heads, int tokens, int layer) {
        var sizes = folder.encoder().sizes();
        return layer * sizes.layerFlops(tokens)
                + heads.stream()
                        .filter(head -> head.after() <= layer)
                        .mapToLong(head -> headFlops(head, sizes, tokens))
                        .sum();
    }

    private static long headFlops(EncoderHead head, BertConfig sizes, int tokens) {
        long width = head.dense()
                .flatMap(path -> head.weights().find(path + ".weight"))
                .map(tensor -> tensor.shape().size(0))
                .orElse(0L);
        long each = width == 0 ? 2L * sizes.hidden() * head.labels() : 2 * width * (sizes.hidden() + head.labels());
        return each * (head.pooling() == Pooling.TOKENS ? tokens : 1);
    }

    /** Whether a folder holds a classifier. */
    public static boolean present(Path folder) {
        var file = folder.resolve("config.json");
        return Files.isRegularFile(file)
                && Config.read(file).texts("architectures", List.of()).stream()
                        .anyMatch(name ->
                                name.endsWith("ForSequenceClassification") || name.endsWith("ForTokenClassification"));
    }

    @Override
    public void close() {
        synchronized (lock) {
            whole.close();
            if (quantised != null) {
                quantised.close();
            }
        }
        tokenizer.close();
    }
}
