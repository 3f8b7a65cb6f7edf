package dev.suffice.train.exithead;

import dev.suffice.core.SufficeException;
import dev.suffice.language.StatesReader;
import dev.suffice.models.decoder.ExitHeadWriter;
import dev.suffice.models.quantise.Rotation;
import dev.suffice.train.Progress;
import dev.suffice.train.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 * Has a model read texts and keeps what it makes of them in files, some texts each; those that are there are not made again, so that it can be stopped at any time.
 */
final class PlaceFiles {
    /** Texts of a file. */
    private static final int TEXTS = 64;

    private final Path folder;
    private final ModelView model;
    private final int after;
    private final ProgressListener listener;

    /**
     * @param folder of the files
     * @param after layers that run before the state
     */
    PlaceFiles(Path folder, ModelView model, int after, ProgressListener listener) {
        this.folder = folder;
        this.model = model;
        this.after = after;
        this.listener = listener;
    }

    /** Tells these texts, read by this model, from others; 16 hexadecimal digits. */
    String key(List<AnsweredText> texts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update("%s %d".formatted(model.fingerprint(), after).getBytes(StandardCharsets.UTF_8));
            for (var text : texts) {
                var bytes = ByteBuffer.allocate((text.tokens().length + 1) * Integer.BYTES);
                bytes.putInt(text.prompt()).asIntBuffer().put(text.tokens());
                digest.update(bytes.array());
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The files, which are made as far as they are missing.
     *
     * @throws InterruptedException if the thread is interrupted; whole files stay
     */
    List<Path> make(List<AnsweredText> texts) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        var files = new ArrayList<Path>();
        var missing = new ArrayList<Integer>();
        for (int first = 0; first < texts.size(); first += TEXTS) {
            files.add(folder.resolve(key(some(texts, first)) + ".safetensors"));
            if (!Files.exists(files.getLast())) {
                missing.add(first);
            }
        }
        if (missing.isEmpty()) {
            return files;
        }
        int longest =
                texts.stream().mapToInt(text -> text.tokens().length).max().orElseThrow();
        Optional<Rotation> turned =
                model.decoder().rotation().isPresent() ? Optional.empty() : ExitHeadWriter.rotation(model.decoder());
        try (var reader = StatesReader.open(model.decoder(), after - 1, longest, model.engine(), model.options())) {
            for (int k = 0; k < missing.size(); k++) {
                int first = missing.get(k);
                var writer = new PlaceWriter(model.decoder().config().hidden(), turned);
                for (var text : some(texts, first)) {
                    read(reader, text, writer);
                    checkInterrupt();
                }
                writer.write(files.get(first / TEXTS));
                listener.update(new Progress(
                        "states",
                        first + TEXTS,
                        (files.size() - missing.size() + k + 1) / (double) files.size(),
                        Double.NaN));
                checkInterrupt();
            }
        }
        return files;
    }

    /** Before files are touched, whose channels close themselves under an interrupted thread. */
    private void checkInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("reading was stopped; the same command goes on with the files in " + folder);
        }
    }

    private static List<AnsweredText> some(List<AnsweredText> texts, int first) {
        return texts.subList(first, Math.min(first + TEXTS, texts.size()));
    }

    /** The last token of a text has no place: what follows it is not part of the answer. */
    private static void read(StatesReader reader, AnsweredText text, PlaceWriter writer) {
        var tokens = java.util.Arrays.copyOf(text.tokens(), text.tokens().length - 1);
        reader.read(tokens, text.prompt() - 1, (position, state, logits) -> {
            if (Float.isNaN(logits[0])) {
                throw new SufficeException(
                        "scores after token %d: not a number; the weights are damaged, or the model overflows"
                                .formatted(position));
            }
            writer.place(state, logits);
        });
        writer.endText();
    }
}
