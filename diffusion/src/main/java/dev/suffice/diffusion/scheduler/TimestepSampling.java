package dev.suffice.diffusion.scheduler;

import dev.suffice.core.InvalidRequestException;

/** A run of a sampler that works on whole training timesteps. */
abstract class TimestepSampling extends StepwiseSampling {
    private final NoiseSchedule schedule;

    TimestepSampling(SamplingPlan plan, NoiseSchedule schedule, double[] timesteps, int steps) {
        this(plan, schedule, timesteps, steps, false);
    }

    TimestepSampling(SamplingPlan plan, NoiseSchedule schedule, double[] timesteps, int steps, boolean takesVariance) {
        super(plan, withinRange(timesteps, schedule), steps, 1, takesVariance);
        this.schedule = schedule;
    }

    /** An offset may push the first timesteps of a short schedule over the end of training. */
    private static double[] withinRange(double[] timesteps, NoiseSchedule schedule) {
        for (double t : timesteps) {
            if (t > schedule.trainTimesteps() - 1) {
                throw new InvalidRequestException(
                        "timestep %s: beyond the last training timestep %d, where steps_offset puts it; use fewer steps"
                                .formatted(t, schedule.trainTimesteps() - 1));
            }
        }
        return timesteps;
    }

    final float alphaBarAt(int i) {
        return schedule.alphaBar((int) timestep(i));
    }

    @Override
    final float signalAt(int i) {
        return Float32.sqrt(alphaBarAt(i));
    }

    @Override
    final float noiseAt(int i) {
        return Float32.sqrt(1 - alphaBarAt(i));
    }
}
