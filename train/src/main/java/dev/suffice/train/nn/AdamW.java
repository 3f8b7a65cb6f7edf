package dev.suffice.train.nn;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * AdamW (Loshchilov and Hutter 2019) with gradient clipping by the global norm and an exponential moving average of the weights,
 * over the flat vectors of {@link Parameters}. The moving average's decay ramps up as {@code (1 + step) / (10 + step)}; with decay 0 there is
 * none.
 */
public final class AdamW implements AutoCloseable {
    private static final double EPSILON = 1e-8;
    private final Parameters parameters;
    private final double beta1;
    private final double beta2;
    private final double weightDecay;
    private final double clip;
    private final double averageDecay;
    private final Tensor momentum;
    private final Tensor variance;
    private final Tensor average;
    private final Tensor scratch;
    private long step;

    /**
     * An optimiser that starts now.
     *
     * @param parameters what to optimise; allocated
     * @param beta1 memory of the first moment
     * @param beta2 memory of the second moment
     * @param weightDecay decoupled decay of the parameters that decay
     * @param clip longer gradients are scaled down to this norm
     * @param averageDecay memory of the moving average, 0..1; 0 keeps none, and saves its memory
     */
    public AdamW(
            Parameters parameters, double beta1, double beta2, double weightDecay, double clip, double averageDecay) {
        this.parameters = parameters;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.weightDecay = weightDecay;
        this.clip = clip;
        this.averageDecay = averageDecay;
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            momentum = torch.zeros_like(parameters.master()).retainReference();
            variance = torch.zeros_like(parameters.master()).retainReference();
            scratch = torch.zeros_like(parameters.master()).retainReference();
            average = averages() ? parameters.master().clone().retainReference() : parameters.master();
        }
    }

    /**
     * One step with the gradients collected so far; clears them and refreshes the compute copy. A gradient that is not finite is
     * dropped: the step counts, the weights stay.
     *
     * @return the norm of the gradient before clipping
     */
    public double step(double learningRate) {
        step++;
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor gradient = scratch.copy_(parameters.gradient());
            double norm = gradient.norm().item_float();
            if (Double.isFinite(norm)) {
                if (norm > clip) {
                    gradient.mul_(new Scalar(clip / norm));
                }
                Tensor master = parameters.master();
                master.narrow(0, 0, parameters.decayed()).mul_(new Scalar(1 - learningRate * weightDecay));
                momentum.lerp_(gradient, new Scalar(1 - beta1));
                variance.mul_(new Scalar(beta2)).addcmul_(gradient, gradient, new Scalar(1 - beta2));
                double correction = Math.sqrt(1 - Math.pow(beta2, (double) step));
                Tensor denominator = scratch.copy_(variance)
                        .sqrt_()
                        .div_(new Scalar(correction))
                        .add_(new Scalar(EPSILON));
                master.addcdiv_(
                        momentum, denominator, new Scalar(-learningRate / (1 - Math.pow(beta1, (double) step))));
                if (averages()) {
                    double decay = Math.min(averageDecay, (1.0 + step) / (10.0 + step));
                    average.lerp_(master, new Scalar(1 - decay));
                }
            }
            parameters.zeroGradient();
            parameters.refresh();
            return norm;
        }
    }

    /** First moments, a flat vector. */
    public Tensor momentum() {
        return momentum;
    }

    /** Second moments, a flat vector. */
    public Tensor variance() {
        return variance;
    }

    /** Whether there is a moving average. */
    public boolean averages() {
        return averageDecay > 0;
    }

    /** The moving average of the weights, a flat vector; the weights themselves where there is none. */
    public Tensor average() {
        return average;
    }

    /** How many steps were taken. */
    public long steps() {
        return step;
    }

    /** Continues counting from a checkpoint. */
    public void resumeAt(long steps) {
        step = steps;
    }

    @Override
    public void close() {
        momentum.close();
        variance.close();
        if (averages()) {
            average.close();
        }
        scratch.close();
    }
}
