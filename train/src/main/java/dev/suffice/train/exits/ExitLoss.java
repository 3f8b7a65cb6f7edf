package dev.suffice.train.exits;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** How far heads' outputs are from what is right, and from another head's outputs. */
interface ExitLoss {
    /**
     * The loss of every row.
     *
     * @param logits [heads, rows, labels]
     * @param targets [rows]
     * @return [heads, rows]
     */
    Tensor rows(Tensor logits, Tensor targets);

    /**
     * The distance of every row from a teacher's, which gets no gradient.
     *
     * @param logits [heads, rows, labels]
     * @param teacher [rows, labels]
     * @return [heads, rows]
     */
    Tensor distances(Tensor logits, Tensor teacher);

    /**
     * Where earlier heads answer as the last one does.
     *
     * @param logits [heads, rows, labels]
     * @param near how far numbers may be apart
     * @return [heads - 1, rows], true or false
     */
    Tensor same(Tensor logits, double near);

    /** The loss of a task. */
    static ExitLoss of(ExitTask task) {
        return switch (task) {
            case SINGLE_LABEL, TOKEN_LABELS -> new CrossEntropy();
            case REGRESSION -> new SquaredError();
        };
    }

    /** Cross entropy and Kullback-Leibler divergence, in nats. */
    record CrossEntropy() implements ExitLoss {
        @Override
        public Tensor rows(Tensor logits, Tensor targets) {
            Tensor right = targets.view(1, targets.size(0), 1).expand(logits.size(0), targets.size(0), 1);
            return logits.log_softmax(2).gather(2, right).select(2, 0).neg();
        }

        @Override
        public Tensor distances(Tensor logits, Tensor teacher) {
            Tensor taught = teacher.detach().log_softmax(1);
            return taught.exp().mul(taught.sub(logits.log_softmax(2))).sum(2);
        }

        @Override
        public Tensor same(Tensor logits, double near) {
            Tensor answers = logits.argmax(new LongOptional(2), false);
            long earlier = answers.size(0) - 1;
            return answers.narrow(0, 0, earlier).eq(answers.select(0, earlier));
        }
    }

    /** Squared differences of one number. */
    record SquaredError() implements ExitLoss {
        @Override
        public Tensor rows(Tensor logits, Tensor targets) {
            return logits.select(2, 0).sub(targets).square();
        }

        @Override
        public Tensor distances(Tensor logits, Tensor teacher) {
            return logits.sub(teacher.detach()).select(2, 0).square();
        }

        @Override
        public Tensor same(Tensor logits, double near) {
            Tensor numbers = logits.select(2, 0);
            long earlier = numbers.size(0) - 1;
            return numbers.narrow(0, 0, earlier)
                    .sub(numbers.select(0, earlier))
                    .abs()
                    .le(new Scalar(near));
        }
    }
}
