package dev.suffice.train.exithead;

import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.StoredTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a model has made of texts, place by place, in files that are mapped: states, and the likeliest tokens with their probabilities. Not thread-safe; holds the files
 * until closed.
 */
final class Places implements AutoCloseable {
    static final String STATES = "states";
    static final String TOKENS = "tokens";
    static final String PROBABILITIES = "probabilities";
    static final String ENDS = "ends";

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Arena arena = Arena.ofShared();
    private final List<Piece> pieces = new ArrayList<>();
    private final int[] firsts;
    private final int[] ends;
    private final int hidden;
    private final int likely;

    private record Piece(MemorySegment states, MemorySegment tokens, MemorySegment probabilities) {}

    /**
     * Opens files in their order.
     *
     * @param files at least one
     * @throws ModelException if one of them is damaged
     */
    Places(List<Path> files) {
        firsts = new int[files.size() + 1];
        var all = new ArrayList<Integer>();
        int width = 0;
        int kept = 0;
        for (int i = 0; i < files.size(); i++) {
            var file = SafetensorsFile.read(files.get(i));
            var states = tensor(file, STATES);
            var tokens = tensor(file, TOKENS);
            width = Math.toIntExact(states.shape().size(1));
            kept = Math.toIntExact(tokens.shape().size(1));
            pieces.add(new Piece(
                    SafetensorsFile.map(states, arena),
                    SafetensorsFile.map(tokens, arena),
                    SafetensorsFile.map(tensor(file, PROBABILITIES), arena)));
            for (int end : SafetensorsFile.map(tensor(file, ENDS), arena).toArray(INT)) {
                all.add(firsts[i] + end);
            }
            firsts[i + 1] = firsts[i] + Math.toIntExact(states.shape().size(0));
        }
        ends = all.stream().mapToInt(Integer::intValue).toArray();
        hidden = width;
        likely = kept;
    }

    private static StoredTensor tensor(SafetensorsFile file, String name) {
        return file.tensor(name)
                .orElseThrow(() -> new ModelException("%s: tensor %s: missing".formatted(file.path(), name)));
    }

    /** How many there are. */
    int count() {
        return firsts[pieces.size()];
    }

    /** Places up to the end of each text. */
    int[] ends() {
        return ends.clone();
    }

    /** Elements of a state. */
    int hidden() {
        return hidden;
    }

    /** Likely tokens that are known of each. */
    int likely() {
        return likely;
    }

    private int piece(int place) {
        int found = Arrays.binarySearch(firsts, 0, pieces.size(), place);
        return found >= 0 ? found : -found - 2;
    }

    /** Copies a state. */
    void state(int place, float[] target, int at) {
        int piece = piece(place);
        long from = (long) (place - firsts[piece]) * hidden * Short.BYTES;
        var states = pieces.get(piece).states();
        for (int i = 0; i < hidden; i++) {
            target[at + i] = Float.float16ToFloat(states.get(SHORT, from + (long) i * Short.BYTES));
        }
    }

    /** The model's token that is the k-th likeliest, from 0: its own choice. */
    int token(int place, int k) {
        int piece = piece(place);
        return pieces.get(piece).tokens().get(INT, ((long) (place - firsts[piece]) * likely + k) * Integer.BYTES);
    }

    /** The probability of that. */
    float probability(int place, int k) {
        int piece = piece(place);
        return pieces.get(piece)
                .probabilities()
                .get(FLOAT, ((long) (place - firsts[piece]) * likely + k) * Float.BYTES);
    }

    @Override
    public void close() {
        arena.close();
    }
}
