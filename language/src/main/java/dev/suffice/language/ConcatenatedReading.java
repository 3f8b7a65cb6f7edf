package dev.suffice.language;

import dev.suffice.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a text with an exported network that takes keys and values of what it has read, and gives them with those of the new tokens. */
final class ConcatenatedReading implements TextReading {
    private static final int LONGEST = 256;
    private static final int SHORTEST = 16;

    /** Memory for the logits of a pass, which an exported network gives of every token, in elements. */
    private static final int LOGITS = 16 << 20;

    private final ExportedNetwork network;
    private final ConcatenatedCache cache;
    private final LogitRows rows;

    ConcatenatedReading(ExportedNetwork network, int context) {
        this.network = network;
        this.cache = new ConcatenatedCache(network.ports().kept(), context);
        this.rows = new LogitRows(network.ports().logits());
    }

    @Override
    public int piece() {
        return Math.clamp(LOGITS / network.vocabulary(), SHORTEST, LONGEST);
    }

    @Override
    public boolean keeps() {
        return true;
    }

    @Override
    public void expect(TokenList text, int more) {
        cache.cut(text.length());
        cache.ensure(text.length() + more);
    }

    @Override
    public void read(TokenList text, int[] more, Tensor logits) {
        expect(text, more.length);
        int total = text.length() + more.length;
        var made = rows.of(more.length, logits);
        var outputs = new LinkedHashMap<>(cache.present(total));
        outputs.put(ExportedPorts.LOGITS, made);
        network.run(more, text.length(), cache.past(), outputs);
        cache.turn(total);
        rows.copy(made, logits);
    }

    @Override
    public void readAgain(TokenList text, int position, Tensor logits) {
        var made = rows.of(1, logits);
        network.run(new int[] {text.get(position)}, position, cache.past(position), Map.of(ExportedPorts.LOGITS, made));
        rows.copy(made, logits);
    }

    @Override
    public long byteSize() {
        return cache.byteSize();
    }

    @Override
    public void close() {
        cache.close();
        rows.close();
    }
}
