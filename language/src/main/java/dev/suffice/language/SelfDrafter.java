package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.DraftToken;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Drafts with a {@link dev.suffice.models.decoder.DraftHead draft head}, which reads what the model itself has made of the text: nothing is read twice. How sure it
 * is: the probability that the head gives its token.
 */
public final class SelfDrafter implements TextDrafter {
    private static final int PIECE = 256;

    private final DraftHeadSession head;
    private final int vocabulary;

    private SelfDrafter(DraftHeadSession head, int vocabulary) {
        this.head = head;
        this.vocabulary = vocabulary;
    }

    /**
     * Drafts for a model that was opened with a draft head.
     *
     * @throws InvalidRequestException if it was not
     */
    public static SelfDrafter of(DecoderSession session) {
        if (session.isExported()) {
            throw new InvalidRequestException(
                    "speculate self: an exported network does not give the states of its layers that a draft head starts from; use auto, lookup, suffix or a draft model");
        }
        var head = session.head()
                .orElseThrow(() -> new InvalidRequestException(
                        "speculate self: there is no draft head for this model; use auto, which drafts what repeats"));
        return new SelfDrafter(head, session.vocabulary());
    }

    @Override
    public String name() {
        return "self";
    }

    @Override
    public Session start(DecodedText read, Writing writing, long seed) {
        return new Text(read, new WordDraws(vocabulary, writing, seed));
    }

    private final class Text implements Session {
        private final DecodedText read;
        private final WordDraws draws;
        private final KeyValueCache cache;
        private final Tensor state = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, 1, head.width()));
        private final Tensor logits = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, 1, head.words().length));
        private final Tensor next = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, 1, head.width()));
        private final float[] row = new float[head.width()];
        private final TextWords words = new TextWords(head);
        private float[] scores = new float[head.words().length];
        private final TokenList tokens = new TokenList();

        /** Positions of which the cache has keys and values of what the model itself has made. */
        private int cached;

        Text(DecodedText read, WordDraws draws) {
            this.read = read;
            this.draws = draws;
            this.cache = new KeyValueCache(head.attention(), read.context());
        }

        @Override
        public void read(int[] more) {
            tokens.add(more);
            words.add(more);
        }

        @Override
        public List<DraftToken> draft(int most, Extent extent) {
            int length = tokens.length();
            int room = Math.min(most, read.context() - length);
            var draft = new ArrayList<DraftToken>();
            // The last token was written and is not read yet.
            if (length < 2 || read.length() != length - 1 || room < 1 || !extent.more(draft)) {
                return draft;
            }
            catchUp(room);
            draws.begin();
            while (true) {
                score();
                draft.add(draws.next(scores, words::token));
                if (draft.size() == room || !extent.more(draft)) {
                    return draft;
                }
                step(draft.getLast().token(), draft.size());
            }
        }

        /** Scores of all words. */
        private void score() {
            if (scores.length != words.size()) {
                scores = new float[words.size()];
            }
            MemorySegment.copy(logits.data(), ValueLayout.JAVA_FLOAT, 0, scores, 0, head.words().length);
            MemorySegment.copy(state.data(), ValueLayout.JAVA_FLOAT, 0, row, 0, row.length);
            words.score(row, scores);
        }

        /** Reads what the model has read since the last draft. */
        private void catchUp(int room) {
            int known = tokens.length() - 1;
            cache.ensure(Math.min(read.context(), known + room), cached);
            int width = head.width();
            while (cached < known) {
                int rows = Math.min(PIECE, known - cached);
                try (var fused = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, rows, width));
                        var embedded = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, rows, width))) {
                    read.states().read(cached, rows, fused);
                    for (int i = 0; i < rows; i++) {
                        head.embed(tokens.get(cached + i + 1), row);
                        MemorySegment.copy(
                                row, 0, embedded.data(), ValueLayout.JAVA_FLOAT, (long) i * width * Float.BYTES, width);
                    }
                    head.draft(fused, embedded, cached, cache, state, logits);
                }
                cached += rows;
            }
        }

        /** One token further; what that leaves in the cache is written over by the next draft. */
        private void step(int token, int drafted) {
            head.embed(token, row);
            MemorySegment.copy(row, 0, next.data(), ValueLayout.JAVA_FLOAT, 0, row.length);
            try (var fused = Tensor.allocate(ElementType.FLOAT32, state.shape())) {
                fused.data().copyFrom(state.data());
                head.draft(fused, next, tokens.length() - 2 + drafted, cache, state, logits);
            }
        }

        @Override
        public void close() {
            cache.close();
            state.close();
            logits.close();
            next.close();
        }
    }
}
