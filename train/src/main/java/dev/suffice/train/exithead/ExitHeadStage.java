package dev.suffice.train.exithead;

import dev.suffice.core.SufficeException;
import dev.suffice.train.loop.Checkpoint;
import dev.suffice.train.loop.LossLog;
import dev.suffice.train.loop.RunSettings;
import dev.suffice.train.loop.TrainingLoop;
import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.EarlyHead;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** The steps of a head's training, and what is held out measured now and then. */
final class ExitHeadStage implements TrainingLoop.Stage {
    static final String NAME = "exit-head";

    private static final int MEASURED_AT_ONCE = 512;

    private final EarlyHead head;
    private final HeadWords words;
    private final Places places;
    private final Places heldOut;
    private final PlaceOrder order;
    private final ExitHeadOptions options;
    private final RunSettings settings;
    private final ExitHeadListener listener;

    /** @param settings what the result depends on; a checkpoint of others is refused */
    ExitHeadStage(
            EarlyHead head,
            HeadWords words,
            Places places,
            Places heldOut,
            PlaceOrder order,
            ExitHeadOptions options,
            RunSettings settings,
            ExitHeadListener listener) {
        this.head = head;
        this.words = words;
        this.places = places;
        this.heldOut = heldOut;
        this.order = order;
        this.options = options;
        this.settings = settings;
        this.listener = listener;
    }

    @Override
    public void begin() {
        // everything is there already
    }

    @Override
    public void resume(Map<String, String> counters) throws IOException {
        settings.check(counters, options.run().resolve(NAME + ".checkpoint"));
    }

    @Override
    public void refresh() {
        // all places are there from the start
    }

    @Override
    public Map<String, String> counters() {
        return settings.values();
    }

    @Override
    public double backward(long step, double progress) {
        try (var _ = new PointerScope()) {
            var batch = PlaceBatch.of(places, words, order.batch(step));
            Tensor loss = batch.loss(head.logits(batch.states()));
            loss.backward();
            double value = loss.item_float();
            if (!Double.isFinite(value)) {
                throw new SufficeException(
                        "step %d: the loss is %s: the learning rate %s is too high, or the model is damaged; move %s away and give a lower rate"
                                .formatted(step + 1, value, options.rate(), options.run()));
            }
            return value;
        }
    }

    @Override
    public void report(AdamW optimiser, long step) throws IOException {
        var quality = measure();
        var log = new LossLog(options.run().resolve(NAME + "-loss.csv"));
        log.append(step, Map.of("held-out", quality.loss()));
        log.plot("exit head: cross entropy with the model's choices", List.of("train", "held-out"));
        listener.heldOut(step, quality);
    }

    /** What the head says of places that are held out, against the model's choices. */
    ExitHeadQuality measure() {
        double loss = 0;
        int covered = 0;
        int agrees = 0;
        for (int from = 0; from < heldOut.count(); from += MEASURED_AT_ONCE) {
            int[] chosen = IntStream.range(from, Math.min(from + MEASURED_AT_ONCE, heldOut.count()))
                    .toArray();
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                var batch = PlaceBatch.of(heldOut, words, chosen);
                Tensor logits = head.logits(batch.states());
                float[] losses = Checkpoint.values(logits.log_softmax(1)
                        .gather(1, batch.words())
                        .select(1, 0)
                        .contiguous());
                float[] best = Checkpoint.values(logits.argmax(new LongOptional(1), false)
                        .to(org.bytedeco.pytorch.global.torch.ScalarType.Float));
                for (int i = 0; i < chosen.length; i++) {
                    int word = words.word(heldOut.token(chosen[i], 0));
                    if (word >= 0) {
                        covered++;
                        loss -= losses[i];
                        agrees += (int) best[i] == word ? 1 : 0;
                    }
                }
            }
        }
        double all = heldOut.count();
        return new ExitHeadQuality(heldOut.count(), agrees / all, covered / all, loss / Math.max(1, covered));
    }
}
