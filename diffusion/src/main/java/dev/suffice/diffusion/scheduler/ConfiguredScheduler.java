package dev.suffice.diffusion.scheduler;

/** What all samplers answer alike. */
abstract class ConfiguredScheduler implements Scheduler {
    private final String className;
    private final SchedulerConfig config;
    private final int trainTimesteps;

    /**
     * @param className of the sampler; the config may be another one's
     * @param config the settings
     */
    ConfiguredScheduler(String className, SchedulerConfig config) {
        this.className = className;
        this.config = config.withClassName(className);
        trainTimesteps = NoiseSchedule.trainTimesteps(config);
    }

    @Override
    public final String className() {
        return className;
    }

    @Override
    public final SchedulerConfig config() {
        return config;
    }

    @Override
    public final int trainTimesteps() {
        return trainTimesteps;
    }

    @Override
    public boolean stochastic() {
        return false;
    }
}
