package dev.suffice.models.folder;

import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells models apart, at the cost of some reads: a hash of the configurations of a folder in diffusers' layout and of samples of its
 * weights. What was measured of one model must not be used for another; this is no protection against forgery.
 */
public final class ModelFingerprint {
    private static final List<String> PARTS = List.of("unet", "vae", "text_encoder", "scheduler");
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
        return of(folder, PARTS);
    }

    /**
     * The fingerprint of a language model's folder in the layout of transformers.
     *
     * @return 16 hexadecimal digits
     * @throws SufficeException if a file cannot be read
     */
    public static String ofLanguageModel(Path folder) {
        return of(folder, List.of(""));
    }

    private static String of(Path folder, List<String> parts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var part : parts) {
                for (var file : files(folder.resolve(part))) {
                    digest.update((part + "/" + file.getFileName()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    add(digest, file);
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (IOException e) {
            throw new SufficeException("model %s: cannot be read (%s)".formatted(folder, e), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> {
                        var name = file.getFileName().toString();
                        return name.endsWith(".safetensors") || name.endsWith("config.json");
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
