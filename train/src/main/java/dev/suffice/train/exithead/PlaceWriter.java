package dev.suffice.train.exithead;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.quantise.Rotation;
import dev.suffice.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Places of some texts on their way into a file: what {@link Places} reads. Not thread-safe.
 */
final class PlaceWriter {
    /** Likely tokens of a place that are kept. */
    static final int LIKELY = 8;

    /** What is this much less likely than the best, in nats, is not added up. */
    private static final double NOTHING = -20;

    private final int hidden;
    private final Optional<Rotation> rotation;
    private final List<short[]> states = new ArrayList<>();
    private final List<int[]> tokens = new ArrayList<>();
    private final List<float[]> shares = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();

    /** @param rotation what states have to be turned by */
    PlaceWriter(int hidden, Optional<Rotation> rotation) {
        this.hidden = hidden;
        this.rotation = rotation;
    }

    /** A place: the state, and the likeliest tokens of all with their probabilities. */
    void place(float[] state, float[] logits) {
        var turned = state.clone();
        rotation.ifPresent(one -> one.apply(turned));
        var half = new short[hidden];
        for (int i = 0; i < hidden; i++) {
            half[i] = Float.floatToFloat16(turned[i]);
        }
        states.add(half);
        var likely = likely(logits);
        tokens.add(likely);
        shares.add(probabilities(logits, likely));
    }

    /** A text is complete. */
    void endText() {
        ends.add(states.size());
    }

    /** The likeliest tokens, falling; of equally likely ones the first. */
    static int[] likely(float[] logits) {
        int count = Math.min(LIKELY, logits.length);
        var best = new int[count];
        int known = 0;
        for (int token = 0; token < logits.length; token++) {
            int at = known;
            while (at > 0 && logits[token] > logits[best[at - 1]]) {
                at--;
            }
            if (at < count) {
                known = Math.min(known + 1, count);
                System.arraycopy(best, at, best, at + 1, known - 1 - at);
                best[at] = token;
            }
        }
        return best;
    }

    private static float[] probabilities(float[] logits, int[] likely) {
        double best = logits[likely[0]];
        double sum = 0;
        for (var value : logits) {
            sum += value - best > NOTHING ? Math.exp(value - best) : 0;
        }
        var probabilities = new float[likely.length];
        for (int i = 0; i < likely.length; i++) {
            probabilities[i] = (float) (Math.exp(logits[likely[i]] - best) / sum);
        }
        return probabilities;
    }

    void write(Path file) throws IOException {
        int rows = states.size();
        int likely = rows == 0 ? LIKELY : tokens.getFirst().length;
        new SafetensorsWriter()
                .tensor(Places.STATES, ElementType.FLOAT16, Shape.of(rows, hidden), (first, buffer) -> {
                    for (int i = (int) first; buffer.hasRemaining(); i++) {
                        buffer.putShort(states.get(i / hidden)[i % hidden]);
                    }
                })
                .tensor(Places.TOKENS, ElementType.INT32, Shape.of(rows, likely), (first, buffer) -> {
                    for (int i = (int) first; buffer.hasRemaining(); i++) {
                        buffer.putInt(tokens.get(i / likely)[i % likely]);
                    }
                })
                .tensor(Places.PROBABILITIES, ElementType.FLOAT32, Shape.of(rows, likely), (first, buffer) -> {
                    for (int i = (int) first; buffer.hasRemaining(); i++) {
                        buffer.putFloat(shares.get(i / likely)[i % likely]);
                    }
                })
                .tensor(Places.ENDS, ElementType.INT32, Shape.of(ends.size()), (first, buffer) -> {
                    for (int i = (int) first; buffer.hasRemaining(); i++) {
                        buffer.putInt(ends.get(i));
                    }
                })
                .write(file);
    }
}
