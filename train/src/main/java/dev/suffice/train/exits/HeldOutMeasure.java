package dev.suffice.train.exits;

import dev.suffice.train.loop.Checkpoint;
import dev.suffice.train.nn.Dropout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Measures heads on examples that were not learned from. */
final class HeldOutMeasure {
    private static final int BATCH = 64;

    private final ExitNetwork network;
    private final ExitTask task;
    private final List<ExitExample> examples;
    private final List<int[]> batches;

    HeldOutMeasure(ExitNetwork network, ExitTask task, List<ExitExample> examples) {
        this.network = network;
        this.task = task;
        this.examples = examples;
        int[] byLength = IntStream.range(0, examples.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> examples.get(i).tokens().length))
                .mapToInt(i -> i)
                .toArray();
        this.batches = BatchOrder.cut(byLength, BATCH);
    }

    /** The quality of the heads after layers, the encoder's last among them; empty if there are no examples. */
    List<ExitQuality> of(SortedSet<Integer> layers) {
        if (examples.isEmpty()) {
            return List.of();
        }
        var sums = layers.stream().map(Sums::new).toList();
        for (int[] batch : batches) {
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                add(
                        sums,
                        LabelledBatch.of(
                                IntStream.of(batch).mapToObj(examples::get).toList(),
                                task,
                                network.encoder().config().padding()));
            }
        }
        return sums.stream().map(sum -> sum.quality(task)).toList();
    }

    private void add(List<Sums> sums, LabelledBatch batch) {
        var layers = new TreeSet<>(sums.stream().map(sum -> sum.layer).toList());
        Tensor logits = network.logits(network.states(batch, layers, Dropout.NONE));
        Tensor losses = ExitLoss.of(task).rows(logits, batch.targets()).sum(1);
        int rows = Math.toIntExact(batch.targets().size(0));
        for (int i = 0; i < sums.size(); i++) {
            sums.get(i).rows += rows;
            sums.get(i).loss += losses.select(0, i).item_double();
        }
        if (task == ExitTask.REGRESSION) {
            float[] right = Checkpoint.values(batch.targets());
            for (int i = 0; i < sums.size(); i++) {
                sums.get(i).correlate(Checkpoint.values(logits.select(0, i).contiguous()), right);
            }
        } else {
            Tensor answers = logits.argmax(new LongOptional(2), false);
            Tensor last = answers.select(0, sums.size() - 1L);
            for (int i = 0; i < sums.size(); i++) {
                Tensor own = answers.select(0, i);
                sums.get(i).right += own.eq(batch.targets()).sum().item_long();
                sums.get(i).same += own.eq(last).sum().item_long();
            }
        }
    }

    /** What is summed over the batches for one head. */
    private static final class Sums {
        private final int layer;
        private long rows;
        private double loss;
        private long right;
        private long same;
        private final List<float[]> given = new ArrayList<>();
        private final List<float[]> wanted = new ArrayList<>();

        Sums(int layer) {
            this.layer = layer;
        }

        void correlate(float[] own, float[] right) {
            given.add(own);
            wanted.add(right);
        }

        ExitQuality quality(ExitTask task) {
            return task == ExitTask.REGRESSION
                    ? new ExitQuality(layer, correlation(), Double.NaN, loss / rows)
                    : new ExitQuality(layer, right / (double) rows, same / (double) rows, loss / rows);
        }

        /** Pearson's; 0 where one of the two does not vary. */
        private double correlation() {
            double meanX = mean(given);
            double meanY = mean(wanted);
            double xx = 0;
            double yy = 0;
            double xy = 0;
            for (int b = 0; b < given.size(); b++) {
                for (int i = 0; i < given.get(b).length; i++) {
                    double x = given.get(b)[i] - meanX;
                    double y = wanted.get(b)[i] - meanY;
                    xx += x * x;
                    yy += y * y;
                    xy += x * y;
                }
            }
            return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
        }

        private double mean(List<float[]> batches) {
            double sum = 0;
            for (float[] values : batches) {
                for (float value : values) {
                    sum += value;
                }
            }
            return sum / rows;
        }
    }
}
