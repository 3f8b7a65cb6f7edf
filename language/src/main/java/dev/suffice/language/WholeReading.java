package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Tensor;
import java.util.Arrays;
import java.util.Map;

/** Reads a text with an exported network that keeps nothing: each pass reads the whole text, and gives the logits of all its tokens. */
final class WholeReading implements TextReading {
    private final ExportedNetwork network;
    private final LogitRows rows;

    WholeReading(ExportedNetwork network) {
        this.network = network;
        this.rows = new LogitRows(network.ports().logits());
    }

    @Override
    public int piece() {
        return Integer.MAX_VALUE;
    }

    @Override
    public boolean keeps() {
        return false;
    }

    @Override
    public void read(TokenList text, int[] more, Tensor logits) {
        run(TokenList.joined(text.toArray(), more), logits);
    }

    @Override
    public void readAgain(TokenList text, int position, Tensor logits) {
        run(Arrays.copyOf(text.toArray(), position + 1), logits);
    }

    private void run(int[] tokens, Tensor logits) {
        long token = (long) network.vocabulary() * network.ports().logits().byteSize();
        if (tokens.length > Integer.MAX_VALUE / token) {
            throw new InvalidRequestException(
                    "text of %d tokens: a network that was exported without past gives the scores of all of them in every pass, which fit for %d; shorten the text, or export the model with past (--task text-generation-with-past)"
                            .formatted(tokens.length, Integer.MAX_VALUE / token));
        }
        var made = rows.of(tokens.length, logits);
        network.run(tokens, 0, Map.of(), Map.of(ExportedPorts.LOGITS, made));
        rows.copy(made, logits);
    }

    @Override
    public long byteSize() {
        return 0;
    }

    @Override
    public void close() {
        rows.close();
    }
}
