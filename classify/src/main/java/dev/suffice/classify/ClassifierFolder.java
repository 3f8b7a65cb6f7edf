package dev.suffice.classify;

import dev.suffice.core.SufficeException;
import dev.suffice.models.ModelException;
import dev.suffice.models.family.Activation;
import dev.suffice.models.family.BertEncoder;
import dev.suffice.models.family.BertFamily;
import dev.suffice.models.family.EncoderHead;
import dev.suffice.models.family.EncoderImport;
import dev.suffice.models.family.EncoderTensors;
import dev.suffice.models.family.LoraAdapter;
import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.OnnxFile;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.Weights;
import dev.suffice.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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

    /** Raised when what is made of a base and an adapter changes. */
    private static final int VERSION = 1;

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
                        card.pooling()));
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

    private static Path merged(
            Path folder, Config config, ClassifierCard card, Path cache, Function<String, Optional<Path>> bases) {
        if (!LoraAdapter.present(folder)) {
            throw new ModelException(
                    "%s: no weights: expected model.safetensors, or adapter_config.json and adapter_model.safetensors"
                            .formatted(folder));
        }
        var family = BertFamily.of(config);
        var adapter = LoraAdapter.open(folder);
        Path source;
        if (card.base().isPresent()) {
            source = card.base().get().model().unpack(cache);
        } else {
            source = bases.apply(adapter.base())
                    .orElseThrow(() -> new ModelException(
                            "%s: the adapter belongs to %s, which is not on this machine: ./suffice models pull it, or give its path as base_model_name_or_path"
                                    .formatted(folder, adapter.base())));
        }
        var beside = new ArrayList<>(List.of(folder.resolve("config.json")));
        Optional.of(folder.resolve(EXITS)).filter(Files::isRegularFile).ifPresent(beside::add);
        var target = cache.resolve("encoders").resolve(fingerprint(folder, beside, source));
        if (!Files.isRegularFile(target.resolve("config.json"))) {
            var tensors = card.base().isPresent()
                    ? EncoderTensors.of(OnnxFile.read(source))
                    : EncoderTensors.of(Weights.open(source), family);
            EncoderImport.write(tensors, family, Optional.of(adapter), beside, target);
        }
        return target;
    }

    private static String fingerprint(Path folder, List<Path> beside, Path base) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(VERSION).flip());
            digest.update(base.toRealPath().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            var files = new ArrayList<>(beside);
            files.add(folder.resolve("adapter_config.json"));
            files.add(folder.resolve("adapter_model.safetensors"));
            for (var file : files) {
                try (var stream = Files.newInputStream(file)) {
                    var buffer = new byte[1 << 16];
                    for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                        digest.update(buffer, 0, count);
                    }
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (IOException e) {
            throw new SufficeException("%s: cannot be read: %s".formatted(folder, e.getMessage()), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
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
