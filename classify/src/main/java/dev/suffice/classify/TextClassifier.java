package dev.suffice.classify;

import dev.suffice.classify.exit.ExitCalibration;
import dev.suffice.classify.exit.ExitCriterion;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.classify.exit.ExitTraces;
import dev.suffice.classify.exit.HeadOutput;
import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.family.BertConfig;
import dev.suffice.models.family.EncoderHead;
import dev.suffice.models.family.Pooling;
import dev.suffice.models.folder.Config;
import dev.suffice.models.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** Calibrations that are kept: callers may ask for any risk. */
    private static final int PROMISES = 32;

    private final String name;
    private final ClassifierFolder folder;
    private final Tokenizer tokenizer;
    private final Engine engine;
    private final SessionOptions options;
    private final Object lock = new Object();
    /** By the heads that they ask. */
    private final Map<List<EncoderHead>, ExitNetwork> networks = new HashMap<>();

    private @Nullable ExitTraces traces;
    private final Map<ExitPolicy.Auto, ExitCalibration> calibrations = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ExitPolicy.Auto, ExitCalibration> eldest) {
            return size() > PROMISES;
        }
    };

    private TextClassifier(
            String name, ClassifierFolder folder, Tokenizer tokenizer, Engine engine, SessionOptions options) {
        this.name = name;
        this.folder = folder;
        this.tokenizer = tokenizer;
        this.engine = engine;
        this.options = options;
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
        return new TextClassifier(name, folder, folder.tokenizer(cache), engine, options);
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
        return folder.heads().stream().map(EncoderHead::after).toList();
    }

    /** The most tokens of a text, those around it included. */
    public int maxTokens() {
        return tokenizer.maxLength();
    }

    /** One text. */
    public Classification classify(String text, ClassifyOptions asked) {
        return classify(List.of(text), asked, new Cancellation()).getFirst();
    }

    /**
     * Texts, in batches of such as are about equally long.
     *
     * @return an answer for each, in their order
     * @throws InvalidRequestException if a text is empty, or too long and may not be cut off; if the policy is {@code auto}, or asks a model for exits that has none
     * @throws dev.suffice.core.CancelledException between two batches
     */
    public List<Classification> classify(List<String> texts, ClassifyOptions asked, Cancellation cancellation) {
        var gates = Gates.of(asked.policy(), this);
        var encoded = encode(texts, asked.truncate());
        var answers = new Classification[texts.size()];
        batches(encoded, asked.batch(), cancellation, places -> {
            var watches = places.stream().map(_ -> gates.criterion().watch()).toList();
            var outputs = new HeadOutput[places.size()];
            var sureness = new double[places.size()];
            network(gates.heads()).run(places.stream().map(encoded::get).toList(), (text, output) -> {
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

    private List<EncodedText> encode(List<String> texts, boolean truncate) {
        return IntStream.range(0, texts.size())
                .mapToObj(i -> encode(texts.get(i), texts.size() == 1 ? "text" : "text %d".formatted(i + 1), truncate))
                .toList();
    }

    /** Gives the places of texts, those of about the same length together. */
    private static void batches(
            List<EncodedText> texts, int size, Cancellation cancellation, Consumer<List<Integer>> run) {
        var order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> texts.get(i).tokens()))
                .toList();
        for (int from = 0; from < order.size(); from += size) {
            cancellation.check();
            run.accept(order.subList(from, Math.min(order.size(), from + size)));
        }
    }

    /**
     * What the model's calibration allows.
     *
     * @throws InvalidRequestException if the model has none
     * @throws dev.suffice.models.ModelException if its file is damaged
     */
    public ExitCalibration calibration(ExitPolicy.Auto asked) {
        if (!Files.isRegularFile(folder.folder().resolve(ExitTraces.FILE))) {
            throw new InvalidRequestException(
                    "exit auto: model %s has no calibration; give a criterion such as probability:0.95, or calibrate it: ./suffice train exits --calibration FILE"
                            .formatted(name));
        }
        synchronized (lock) {
            var read = traces;
            if (read == null) {
                read = ExitTraces.read(folder.folder(), exits());
                traces = read;
            }
            var known = read;
            return calibrations.computeIfAbsent(
                    asked, auto -> ExitCalibration.of(known, folder.card().criterion(), auto));
        }
    }

    /**
     * What every head says of every text, for calibration: nothing leaves early.
     *
     * @return for each text, in their order, an output for each of {@link #exits()}
     */
    public List<List<HeadOutput>> outputs(List<String> texts, boolean truncate, Cancellation cancellation) {
        var encoded = encode(texts, truncate);
        var outputs = new ArrayList<List<HeadOutput>>();
        texts.forEach(_ -> outputs.add(new ArrayList<>()));
        batches(
                encoded,
                BATCH,
                cancellation,
                places -> network(folder.heads())
                        .run(places.stream().map(encoded::get).toList(), (text, output) -> {
                            outputs.get(places.get(text)).add(output);
                            return false;
                        }));
        return outputs;
    }

    /**
     * What a policy means for this model. A text leaves at the last of the heads at the latest, so that one head is for all texts.
     *
     * @param heads that are asked, rising by layer
     * @param criterion how sure they are
     * @param threshold from which on a text leaves
     */
    private record Gates(List<EncoderHead> heads, ExitCriterion criterion, double threshold) {
        static Gates at(EncoderHead head, ClassifierCard card) {
            return new Gates(List.of(head), card.criterion(), 0);
        }

        /** Whether texts may leave at different heads. */
        boolean decide() {
            return heads.size() > 1;
        }

        /**
         * What a policy asks for.
         *
         * @throws InvalidRequestException if the model cannot do it
         */
        static Gates of(ExitPolicy policy, TextClassifier classifier) {
            var card = classifier.folder.card();
            var heads = classifier.folder.heads();
            if (!(policy instanceof ExitPolicy.Never) && card.exits().isEmpty()) {
                throw new InvalidRequestException(
                        "model %s: has no exits: use --exit none, or train them with ./suffice train exits"
                                .formatted(classifier.name));
            }
            return switch (policy) {
                case ExitPolicy.Never _ -> at(heads.getLast(), card);
                case ExitPolicy.AtLayer(int layer) ->
                    heads.stream()
                            .filter(head -> head.after() == layer)
                            .findFirst()
                            .map(head -> at(head, card))
                            .orElseThrow(() ->
                                    new InvalidRequestException("exit layer:%d: model %s has heads after layers %s"
                                            .formatted(layer, classifier.name, classifier.exits())));
                case ExitPolicy.When(var criterion, double threshold) -> {
                    if (!criterion.fits(card.task())) {
                        throw new InvalidRequestException("exit criterion %s: says nothing of answers of the kind %s"
                                .formatted(criterion.name(), card.task().text()));
                    }
                    yield new Gates(heads, criterion, threshold);
                }
                case ExitPolicy.Auto auto -> of(classifier.calibration(auto).policy(), classifier);
            };
        }
    }

    private ExitNetwork network(List<EncoderHead> heads) {
        synchronized (lock) {
            return networks.computeIfAbsent(heads, asked -> new ExitNetwork(folder.encoder(), asked, engine, options));
        }
    }

    private EncodedText encode(String text, String what, boolean truncate) {
        if (text.isBlank()) {
            throw new InvalidRequestException("%s: is empty".formatted(what));
        }
        var encoding = tokenizer.encode(text);
        if (encoding.truncated() && !truncate) {
            throw new InvalidRequestException(
                    "%s: %d tokens: model %s takes %d; shorten it, or have its end cut off (--truncate)"
                            .formatted(what, encoding.tokens(), name, tokenizer.maxLength()));
        }
        var ids = encoding.ids();
        return new EncodedText(ids, new long[ids.length], encoding.truncated());
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
            networks.values().forEach(ExitNetwork::close);
        }
        tokenizer.close();
    }
}
