package dev.suffice.language;

import dev.suffice.models.decoder.Decoder;
import dev.suffice.models.decoder.ExitCalibration;
import dev.suffice.models.decoder.ExitHead;
import dev.suffice.models.decoder.ExitHeadWriter;
import dev.suffice.models.quantise.HeapRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * An exit head of a small model that was not trained: its last matrix is the model's output layer with the weights of the last normalisation, so that it is sometimes right, and
 * its feed-forward part is small and random, so that it is sometimes wrong.
 */
final class SmallExitHead {
    static final int INNER = 48;

    private final Decoder decoder;

    SmallExitHead(Decoder decoder) {
        this.decoder = decoder;
    }

    /** All tokens but every seventh. */
    int[] words() {
        return IntStream.range(0, decoder.config().vocabulary())
                .filter(token -> token % 7 != 3)
                .toArray();
    }

    ExitHeadWriter.Matrices matrices() {
        int hidden = decoder.config().hidden();
        return new ExitHeadWriter.Matrices(
                random("gate", INNER, hidden, 0.2f),
                random("up", INNER, hidden, 0.2f),
                random("down", hidden, INNER, 0.05f),
                ExitHeadWriter.output(decoder, words()),
                words());
    }

    private static HeapRows random(String name, int rows, int columns, float size) {
        var random = new Random(name.hashCode());
        var values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = size * (float) random.nextGaussian();
        }
        return new HeapRows(name, columns, values);
    }

    ExitHead write(Path folder, int after) throws IOException {
        return write(folder, after, Optional.empty());
    }

    ExitHead write(Path folder, int after, Optional<ExitCalibration> calibration) throws IOException {
        ExitHeadWriter.write(
                folder,
                decoder,
                after,
                matrices(),
                JsonMapper.shared().createObjectNode().put("tokens", 0),
                calibration);
        return ExitHead.open(folder);
    }
}
