package dev.suffice.classify;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.ModelException;
import dev.suffice.models.family.Activation;
import dev.suffice.models.family.BertEncoder;
import dev.suffice.models.family.BertFamily;
import dev.suffice.models.family.EncoderHead;
import dev.suffice.models.family.EncoderImport;
import dev.suffice.models.family.EncoderQuantiser;
import dev.suffice.models.family.EncoderTensors;
import dev.suffice.models.family.InputScales;
import dev.suffice.models.family.LoraAdapter;
import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.ModelFingerprint;
import dev.suffice.models.onnx.OnnxFile;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.Weights;
import dev.suffice.models.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A classifier's files: transformers' {@code config.json}, {@code tokenizer.json} and {@code model.safetensors}, or in place of the weights an adapter of PEFT and the name of the
 * encoder that it belongs to; {@code exits.safetensors} with the heads behind earlier layers, and {@code classifier.json}. Immutable.
 *
 * @param folder where they are
 * @param card what the classifier says of itself
 * @param encoder its network
 * @param heads rising by layer, the last behind the last layer
 */
public record ClassifierFolder(Path folder, ClassifierCard card, BertEncoder encoder, List<EncoderHead> heads) {
    /** The heads behind earlier layers. */
    public static final String EXITS = "exits.safetensors";

    /** What a base and an adapter are merged from. */
    private static final List<String> MERGED = Stream.concat(
                    Stream.of("config.json", EXITS), LoraAdapter.FILES.stream())
            .toList();

    /** Raised when what is made of a base and an adapter changes. */
    private static final int VERSION = 2;

    /** Raised when what int8 is made of changes. */
    private static final int INT8_VERSION = 1;

    /** Copies the list. */
    public ClassifierFolder {
        heads = List.copyOf(heads);
    }

    /**
     * Reads a folder. With an adapter, the encoder with the adapter in it is written into the cache once.
     *
     * @param cache folder for what is unpacked and merged
     * @param bases finds the folder of an encoder by the name that an adapter gives
     * @throws ModelException if a file is missing or damaged
     */
    public static ClassifierFolder open(Path folder, Path cache, Function<String, Optional<Path>> bases) {
        var config = Config.read(folder.resolve("config.json"));
        var card = ClassifierCard.read(folder, config);
        var weights = Weights.present(folder) ? folder : merged(folder, config, card, cache, bases);
        var encoder = BertEncoder.open(weights);
        return new ClassifierFolder(folder, card, encoder, heads(weights, card, encoder));
    }

    private static List<EncoderHead> heads(Path weights, ClassifierCard card, BertEncoder encoder) {
        var last = encoder.ownHead()
                .orElseThrow(
                        () -> encoder.config()
                                .unsupported(
                                        "architectures",
                                        "one that ends with ForSequenceClassification or ForTokenClassification; train exits makes one of an encoder"));
        var labels = card.task() == Task.NUMBER ? 1 : card.labels().size();
        var heads = new ArrayList<EncoderHead>();
        if (!card.exits().isEmpty()) {
            var tensors = Weights.of(SafetensorsFile.read(weights.resolve(EXITS)));
            for (int after : card.exits()) {
                if (after >= encoder.sizes().layers()) {
                    throw new ModelException("%s: exit after layer %d: the model has %d layers"
                            .formatted(
                                    weights.resolve(ClassifierCard.FILE),
                                    after,
                                    encoder.sizes().layers()));
                }
                var path = "exits.%d.".formatted(after);
                heads.add(new EncoderHead(
                        after,
                        tensors,
                        Optional.of(path + "dense"),
                        Activation.TANH,
                        path + "out_proj",
                        Optional.of(path + "confidence").filter(name -> tensors.contains(name + ".weight")),
                        labels,
                        card.exitPooling()));
            }
        }
        heads.add(new EncoderHead(
                last.after(),
                last.weights(),
                last.dense(),
                last.activation(),
                last.out(),
                last.confidence(),
                labels,
                card.pooling()));
        return heads;
    }

    /** Whether it is known what the inputs of its matrices are quantised to. */
    public boolean canBeQuantised() {
        return Files.isRegularFile(folder.resolve(InputScales.FILE));
    }

    /**
     * The same classifier with 8 bits for its encoder's matrices and their inputs; they are written into the cache once.
     *
     * @param name for messages
     * @param cache as for {@link #open}
     * @throws InvalidRequestException if it is not known what the inputs are quantised to
     * @throws ModelException if that file is damaged
     */
    public ClassifierFolder quantised(String name, Path cache) {
        if (!canBeQuantised()) {
            throw new InvalidRequestException(
                    "precision int8: model %s was not calibrated for it: ./suffice train exits --calibration FILE --out %s"
                            .formatted(name, folder));
        }
        var scales = InputScales.read(folder);
        var source = encoder.weights().folder();
        var target = cache.resolve("encoders")
                .resolve("%d-int8-%s-%s"
                        .formatted(
                                INT8_VERSION,
                                ModelFingerprint.ofFiles(source, weightFiles()),
                                ModelFingerprint.ofFiles(folder, List.of(InputScales.FILE))));
        if (!Files.isRegularFile(target.resolve("config.json"))) {
            var beside = Stream.of("config.json", EXITS)
                    .map(source::resolve)
                    .filter(Files::isRegularFile)
                    .toList();
            EncoderQuantiser.write(encoder, scales.scales(), beside, target, new Cancellation());
        }
        var small = BertEncoder.open(target);
        return new ClassifierFolder(folder, card, small, heads(target, card, small));
    }

    private List<String> weightFiles() {
        return Stream.concat(
                        Stream.of("config.json", EXITS),
                        encoder.weights().tensors().values().stream()
                                .map(tensor -> String.valueOf(tensor.file().getFileName())))
                .distinct()
                .toList();
    }

    private static Path merged(
            Path folder, Config config, ClassifierCard card, Path cache, Function<String, Optional<Path>> bases) {
        if (!LoraAdapter.present(folder)) {
            throw new ModelException(
                    "%s: no weights: expected model.safetensors, or adapter_config.json and adapter_model.safetensors"
                            .formatted(folder));
        }
        var family = BertFamily.of(config);
        var adapter = LoraAdapter.open(folder);
        var source = card.base()
                .map(base -> base.model().unpack(cache))
                .or(() -> bases.apply(adapter.base()))
                .orElseThrow(() -> new ModelException(
                        "%s: the adapter belongs to %s, which is not on this machine: ./suffice models pull it, or give its path as base_model_name_or_path"
                                .formatted(folder, adapter.base())));
        var beside = new ArrayList<>(List.of(folder.resolve("config.json")));
        Optional.of(folder.resolve(EXITS)).filter(Files::isRegularFile).ifPresent(beside::add);
        var origin = card.base()
                .map(base -> base.model().sha256().substring(0, 16))
                .orElseGet(() -> ModelFingerprint.ofLanguageModel(source));
        var target = cache.resolve("encoders")
                .resolve("%d-%s-%s".formatted(VERSION, ModelFingerprint.ofFiles(folder, MERGED), origin));
        if (!Files.isRegularFile(target.resolve("config.json"))) {
            var tensors = card.base().isPresent()
                    ? EncoderTensors.of(OnnxFile.read(source))
                    : EncoderTensors.of(Weights.open(source), family);
            EncoderImport.write(tensors, family, Optional.of(adapter), beside, target);
        }
        return target;
    }

    /**
     * Its tokenizer, which the caller closes.
     *
     * @param cache as for {@link #open}
     * @throws ModelException if there is none
     */
    public Tokenizer tokenizer(Path cache) {
        int most = encoder.sizes().maxTokens();
        if (Files.isRegularFile(folder.resolve("tokenizer.json")) || card.base().isEmpty()) {
            return Tokenizer.open(folder, most);
        }
        var base = card.base().get();
        return Tokenizer.ofFile(base.tokenizer().unpack(cache), Math.min(most, base.maxTokens()));
    }
}
