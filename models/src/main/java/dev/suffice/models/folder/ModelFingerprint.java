package dev.suffice.models.folder;

import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Tells models apart, at the cost of some reads: a hash of the configurations of a folder in diffusers' layout and of samples of its
 * weights. What was measured of one model must not be used for another; this is no protection against forgery.
 */
public final class ModelFingerprint {
    /** What a quantised model's {@code quantization_config} says of the model that it was made of: its fingerprint. */
    public static final String ORIGINAL = "original";

    private static final List<String> PARTS = List.of("unet", "vae", "vae_decoder", "text_encoder", "scheduler");
    private static final int SAMPLES = 64;
    private static final int SAMPLE_BYTES = 1024;

    private ModelFingerprint() {}

    /**
     * The fingerprint of a folder.
     *
     * @return 16 hexadecimal digits
     * @throws SufficeException if a file cannot be read
     */
    public static String of(Path folder) {
        return ofParts(folder, PARTS);
    }

    /**
     * The fingerprint of the model that a quantised one was made of; nothing if it was not.
     *
     * @param folder of the quantised model, in diffusers' layout
     */
    public static Optional<String> ofOriginal(Path folder) {
        var config = folder.resolve("unet/config.json");
        return Files.isRegularFile(config)
                ? Optional.of(Config.read(config)
                                .json()
                                .path("quantization_config")
                                .path(ORIGINAL)
                                .asString(""))
                        .filter(fingerprint -> !fingerprint.isEmpty())
                : Optional.empty();
    }

    /**
     * The fingerprint of a language model's folder in the layout of transformers.
     *
     * @return 16 hexadecimal digits
     * @throws SufficeException if a file cannot be read
     */
    public static String ofLanguageModel(Path folder) {
        return ofParts(folder, List.of(""));
    }

    /**
     * The fingerprint of some files of a folder.
     *
     * @param names of the files; those that are missing are left out
     * @return 16 hexadecimal digits
     * @throws SufficeException if a file cannot be read
     */
    public static String ofFiles(Path folder, List<String> names) {
        return of(
                folder,
                names.stream()
                        .sorted()
                        .map(folder::resolve)
                        .filter(Files::isRegularFile)
                        .toList());
    }

    private static String ofParts(Path folder, List<String> parts) {
        try {
            var all = new ArrayList<Path>();
            for (var part : parts) {
                all.addAll(files(folder.resolve(part)));
            }
            return of(folder, all);
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static String of(Path folder, List<Path> files) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var file : files) {
                var name = folder.relativize(file).toString().replace('\\', '/');
                digest.update((name.contains("/") ? name : "/" + name).getBytes(StandardCharsets.UTF_8));
                add(digest, file);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (IOException e) {
            throw unreadable(folder, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SufficeException unreadable(Path folder, IOException e) {
        return new SufficeException("model %s: cannot be read (%s)".formatted(folder, e), e);
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> {
                        var name = file.getFileName().toString();
                        return name.endsWith(".safetensors")
                                || name.endsWith(".onnx")
                                || name.endsWith(".onnx_data")
                                || name.endsWith(".onnx.data")
                                || name.endsWith("openvino_model.bin")
                                || name.endsWith("config.json");
                    })
                    .sorted()
                    .toList();
        }
    }

    private static void add(MessageDigest digest, Path file) throws IOException {
        try (var channel = FileChannel.open(file)) {
            long size = channel.size();
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, size));
            var sample = ByteBuffer.allocate(SAMPLE_BYTES);
            for (int i = 0; i < SAMPLES; i++) {
                sample.clear();
                channel.read(sample, Math.max(0, size - SAMPLE_BYTES) * i / (SAMPLES - 1));
                digest.update(sample.flip());
            }
        }
    }
}
