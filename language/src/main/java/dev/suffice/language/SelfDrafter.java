package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.DraftScores;
import dev.suffice.language.speculate.DraftToken;
import dev.suffice.language.speculate.Drafter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Drafts with a {@link dev.suffice.models.decoder.DraftHead draft head}, which reads what the model itself has made of the text: nothing is read twice. How sure it
 * is: the probability that the head gives its token.
 */
public final class SelfDrafter implements Drafter {
    private static final int PIECE = 256;

    /** Score of what there is no word for: never drawn, unless nothing else may be. */
    private static final float UNKNOWN = -10_000;

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
        var head = session.head()
                .orElseThrow(() -> new InvalidRequestException(
                        "speculate self: there is no draft head for this model; use auto, which drafts what repeats"));
        return new SelfDrafter(head, session.decoder().config().vocabulary());
    }

    @Override
    public String name() {
        return "self";
    }

    @Override
    public boolean free() {
        return false;
    }

    /** @throws IllegalStateException always: it drafts of a text that a decoder has read */
    @Override
    public Session start(Writing writing, long seed) {
        throw new IllegalStateException("a draft head needs the text that is drafted for");
    }

    /** Begins a text that the model reads. */
    Session start(DecodedText read, Writing writing, long seed) {
        return new Text(read, writing, seed);
    }

    private final class Text implements Session {
        private final DecodedText read;
        private final Writing writing;
        private final SplittableRandom random;
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

        Text(DecodedText read, Writing writing, long seed) {
            this.read = read;
            this.writing = writing;
            // Not the generator of the answer's own choices.
            this.random = new SplittableRandom(~seed);
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
            boolean greedy = writing.isPlain();
            var ahead = greedy ? writing : writing.copy();
            while (true) {
                score();
                var drawn = greedy ? likeliest() : drawn(ahead);
                draft.add(drawn);
                if (draft.size() == room || !extent.more(draft)) {
                    return draft;
                }
                if (!greedy) {
                    ahead.add(drawn.token());
                }
                step(drawn.token(), draft.size());
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

        private DraftToken likeliest() {
            int best = Logits.argMax(scores);
            return DraftToken.certain(words.token(best), new DraftScores(scores).probability(best));
        }

        private DraftToken drawn(Writing ahead) {
            var all = new float[vocabulary];
            Arrays.fill(all, UNKNOWN);
            for (int i = 0; i < scores.length; i++) {
                all[words.token(i)] = scores[i];
            }
            var said = new DraftScores(all.clone());
            var distribution = ahead.next(all);
            int token = distribution.draw(random);
            return new DraftToken(token, said.probability(token), distribution);
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
