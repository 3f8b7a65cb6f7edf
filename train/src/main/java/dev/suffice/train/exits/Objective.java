package dev.suffice.train.exits;

import dev.suffice.train.nn.Dropout;
import dev.suffice.train.nn.Parameters;
import java.util.Collections;
import java.util.SequencedMap;
import java.util.SortedSet;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What a stage of training makes smaller. */
sealed interface Objective {
    /** What it trains. */
    Parameters parameters();

    /** The loss of a batch, a scalar; all tensors belong to the caller's {@code PointerScope}. */
    Tensor loss(LabelledBatch batch, Dropout dropout);

    /** The heads that get better by it, as layers; they are measured. */
    SortedSet<Integer> measured();

    /**
     * Encoder and heads together, heads weighted by their layers.
     *
     * @param heads the heads that take part, as layers; the encoder's last is one
     * @param distilled whether the earlier ones also learn the last one's answers
     */
    record Joint(ExitNetwork network, ExitLoss task, SortedSet<Integer> heads, boolean distilled) implements Objective {
        @Override
        public Parameters parameters() {
            return network.main();
        }

        @Override
        public SortedSet<Integer> measured() {
            return heads;
        }

        @Override
        public Tensor loss(LabelledBatch batch, Dropout dropout) {
            Tensor logits = network.logits(network.states(batch, heads, dropout));
            Tensor weights = weights();
            Tensor loss =
                    task.rows(logits, batch.targets()).mean(1).mul(weights).sum();
            long earlier = heads.size() - 1L;
            if (!distilled || earlier == 0) {
                return loss;
            }
            return loss.add(task.distances(logits.narrow(0, 0, earlier), logits.select(0, earlier))
                    .mean(1)
                    .mul(weights.narrow(0, 0, earlier))
                    .sum());
        }

        /** {@code j / sum j} of the layers j. */
        private Tensor weights() {
            float[] weights = new float[heads.size()];
            float sum = heads.stream().mapToInt(Integer::intValue).sum();
            int i = 0;
            for (int layer : heads) {
                weights[i] = layer / sum;
                i++;
            }
            return Tensor.create(weights);
        }
    }

    /** The off-ramps alone, on states of an encoder that stays as it is. */
    record Ramps(ExitNetwork network, ExitLoss task) implements Objective {
        @Override
        public Parameters parameters() {
            return network.ramps();
        }

        @Override
        public SortedSet<Integer> measured() {
            return network.layers();
        }

        @Override
        public Tensor loss(LabelledBatch batch, Dropout dropout) {
            SequencedMap<Integer, Tensor> states;
            try (var _ = new NoGradGuard()) {
                states = network.states(batch, network.rampLayers(), Dropout.NONE);
            }
            return task.rows(network.logits(states), batch.targets()).mean();
        }
    }

    /**
     * The confidences alone: binary cross entropy of whether an off-ramp's answer is the last head's.
     *
     * @param near how far numbers may be from the last head's to count as the same
     */
    record Confidence(ExitNetwork network, ExitLoss task, double near) implements Objective {
        @Override
        public Parameters parameters() {
            return network.confidence();
        }

        @Override
        public SortedSet<Integer> measured() {
            return Collections.emptySortedSet();
        }

        @Override
        public Tensor loss(LabelledBatch batch, Dropout dropout) {
            SequencedMap<Integer, Tensor> hidden;
            Tensor same;
            try (var _ = new NoGradGuard()) {
                var states = network.states(batch, network.layers(), Dropout.NONE);
                hidden = network.hidden(states);
                same = task.same(network.logits(states), near).to(torch.ScalarType.Float);
            }
            return torch.binary_cross_entropy_with_logits(network.confidences(hidden), same);
        }
    }
}
