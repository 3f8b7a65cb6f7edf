package dev.suffice.labels;

import dev.suffice.diffusion.stepsaver.StepGrid;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A part of the work: some prompts with one sampler. Its file is named after all that its content depends on, so that computing it again gives
 * the same file, and a part of other prompts, seeds, counts or another model is another file.
 *
 * @param model fingerprint of the model
 * @param scheduler the sampler and its decisions, as {@link dev.suffice.diffusion.stepsaver.SamplerSetting} has them as text
 * @param counts of steps, rising; the last one is the reference
 * @param seeds images of each prompt
 * @param close threshold of {@link LabelThresholds}
 * @param settled threshold of {@link LabelThresholds}
 * @param prompts in order
 */
public record LabelPart(
        String model,
        String scheduler,
        List<Integer> counts,
        int seeds,
        double close,
        double settled,
        List<String> prompts)
        implements Serializable {
    private static final int FORMAT = 1;

    /** Copies the lists. */
    public LabelPart {
        counts = List.copyOf(counts);
        prompts = List.copyOf(prompts);
    }

    /** The counts. */
    public StepGrid grid() {
        return new StepGrid(counts);
    }

    /** Seed of a prompt's first image; image k has seed + k. It depends on the prompt alone. */
    public static long seed(String prompt) {
        var hash = hash(prompt);
        return (hash[0] & 0x7fL) << 24 | (hash[1] & 0xffL) << 16 | (hash[2] & 0xffL) << 8 | (hash[3] & 0xffL);
    }

    /** Rows of the file. */
    public int rows() {
        return prompts.size() * seeds;
    }

    /** Name of its file. */
    public String fileName() {
        var all = String.join(
                "\0",
                Integer.toString(FORMAT),
                model,
                scheduler,
                counts.toString(),
                Integer.toString(seeds),
                Double.toString(close),
                Double.toString(settled),
                String.join("\0", prompts));
        return "part-%s-%s.parquet"
                .formatted(scheduler.replace('/', '_'), HexFormat.of().formatHex(hash(all), 0, 8));
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
