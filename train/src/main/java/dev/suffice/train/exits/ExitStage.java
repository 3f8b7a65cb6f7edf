package dev.suffice.train.exits;

import dev.suffice.core.SufficeException;
import dev.suffice.train.loop.LossLog;
import dev.suffice.train.loop.RunSettings;
import dev.suffice.train.loop.TrainingLoop;
import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.Dropout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** One stage of training: batches in the order of {@link BatchOrder}, an {@link Objective}, and what is held out measured now and then. */
final class ExitStage implements TrainingLoop.Stage {
    private static final System.Logger LOG = System.getLogger(ExitStage.class.getName());

    private static final int MOST_BROKEN = 20;

    private final String name;
    private final Path folder;
    private final Objective objective;
    private final ExitData data;
    private final BatchOrder order;
    private final int padding;
    private final ExitTrainingOptions options;
    private final RunSettings settings;
    private final HeldOutMeasure measure;
    private final ExitTrainingListener listener;
    private List<ExitQuality> heldOut = List.of();
    private int broken;

    /**
     * @param settings what the stage's result depends on; a checkpoint of others is refused
     */
    ExitStage(
            String name,
            Objective objective,
            ExitNetwork network,
            ExitData data,
            BatchOrder order,
            ExitTrainingOptions options,
            RunSettings settings,
            ExitTrainingListener listener) {
        this.name = name;
        this.folder = options.run();
        this.objective = objective;
        this.data = data;
        this.order = order;
        this.padding = network.encoder().config().padding();
        this.options = options;
        this.settings = settings;
        this.measure = new HeldOutMeasure(network, data.task(), data.heldOut());
        this.listener = listener;
    }

    @Override
    public void begin() {
        // everything is there already
    }

    @Override
    public void resume(Map<String, String> counters) throws IOException {
        settings.check(counters, folder.resolve(name + ".checkpoint"));
    }

    @Override
    public void refresh() {
        // all data are there from the start
    }

    @Override
    public Map<String, String> counters() {
        return settings.values();
    }

    @Override
    public double backward(long step, double progress) {
        var dropout = new Dropout(options.recipe().dropout(), options.seed() * 1_000_003 + step);
        try (var _ = new PointerScope()) {
            var examples = IntStream.of(order.batch(step))
                    .mapToObj(data.training()::get)
                    .toList();
            Tensor loss = objective.loss(LabelledBatch.of(examples, data.task(), padding), dropout);
            loss.backward();
            return checked(loss.item_float(), step);
        }
    }

    /** The optimiser drops gradients that are not finite; a run that gives no others would go on for nothing. */
    private double checked(double loss, long step) {
        broken = Double.isFinite(loss) ? 0 : broken + 1;
        if (broken == MOST_BROKEN) {
            throw new SufficeException(
                    "step %d of %s: the loss has been %s for %d steps: the learning rate %s is too high, or the base model is damaged; move %s away and give a lower rate"
                            .formatted(
                                    step + 1,
                                    name,
                                    loss,
                                    broken,
                                    options.recipe().rate(),
                                    folder));
        }
        return loss;
    }

    @Override
    public void report(AdamW optimiser, long step) throws IOException {
        new LossLog(folder.resolve(name + "-loss.csv")).plot(name, List.of("train"));
        if (objective.measured().isEmpty() || data.heldOut().isEmpty()) {
            return;
        }
        heldOut = measure.of(objective.measured());
        var log = new LossLog(folder.resolve(name + "-heldout.csv"));
        // A run that was resumed measures some steps once more.
        log.truncate(step - 1);
        var values = new LinkedHashMap<String, Double>();
        for (ExitQuality exit : heldOut) {
            values.put("quality." + exit.layer(), exit.quality());
            values.put("agreement." + exit.layer(), exit.agreement());
            values.put("loss." + exit.layer(), exit.loss());
        }
        log.append(step, values);
        log.plot(
                name + ", held out",
                heldOut.stream().map(exit -> "loss." + exit.layer()).toList());
        LOG.log(
                System.Logger.Level.INFO,
                "{0} step {1}: {2} after layers {3}",
                name,
                Long.toString(step),
                data.task().measure(),
                heldOut.stream()
                        .map(exit -> "%d: %.4f".formatted(exit.layer(), exit.quality()))
                        .toList());
        listener.heldOut(name, step, heldOut);
    }

    /** What was measured last; empty if nothing was. */
    List<ExitQuality> heldOut() {
        return heldOut;
    }
}
